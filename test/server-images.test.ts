import { afterAll, beforeAll, expect, test } from 'vitest';

import { openImageServer, type ImageServer } from '../plugins/image-linuxcontainers/test/image-server.ts';
import { runAsRoot } from './support/debian.ts';
import { karapace, karapaceJson, openWorkplace, type Workplace } from './support/karapace.ts';

let place: Workplace;
let server: ImageServer;

beforeAll(async () => {
  [place, server] = await Promise.all([openWorkplace(), openImageServer()]);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  runAsRoot('rm', '-rf', place.directory);
});

test('an image of a server outlives its build there, and the server', async () => {
  server.publish('opensuse/tumbleweed', '20250101_07:42');
  const manifest = await place.manifest('manifest_version = 1\n[base]\nimage = "rolling"\n');
  const env = { KARAPACE_IMAGE_SERVER: server.url, KARAPACE_IMAGE_KEYRING: server.keyring };

  const built = await karapaceJson(['build', manifest, '--name', 'rolling'], { ...place, env });
  server.files.clear();
  const again = await karapaceJson(['rebuild', manifest, '--name', 'rolling', '--locked', '--offline'], place);

  expect(built.layers.map(({ name }) => name)).toEqual(['base']);
  expect(again.env_id).toBe(built.env_id);
}, 120_000);

test('without a server the error says how to name one, and the doctor as well', async () => {
  const manifest = await place.manifest('manifest_version = 1\n[base]\nimage = "fedora/42"\n', 'unconfigured');

  const { code, stderr } = await karapace(['build', manifest], place);
  const doctor = await karapace(['doctor'], { ...place, cwd: `${place.directory}/unconfigured` });

  expect(code).toBe(2);
  expect(stderr).toContain('error[CONFIG_INVALID]: `fedora/42` comes from an image server, and none is configured');
  expect(stderr).toMatch(/fix: .*KARAPACE_IMAGE_SERVER.*KARAPACE_IMAGE_KEYRING/u);
  expect(doctor.stdout + doctor.stderr).toContain('KARAPACE_IMAGE_SERVER');
}, 120_000);
