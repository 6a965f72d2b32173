import { execFile } from 'node:child_process';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { startDockerRegistry, type DockerRegistry } from '../plugins/image-oci/test/support/docker-registry.ts';
import { HTPASSWD, LOGIN } from '../plugins/image-oci/test/support/login.ts';
import { skopeoCopy, skopeoDigest } from '../plugins/image-oci/test/support/skopeo.ts';
import { karapace, karapaceJson, openWorkplace, type RunOptions, type Workplace } from './support/karapace.ts';

const run = promisify(execFile);

/** Two layers: the second takes a file of the first away. */
const MAKE = `
umoci init --layout layout
umoci new --image layout:1
umoci unpack --rootless --image layout:1 bundle
mkdir -p bundle/rootfs/bin bundle/rootfs/etc bundle/rootfs/root
cp /bin/busybox bundle/rootfs/bin/busybox
ln -s busybox bundle/rootfs/bin/sh
echo first > bundle/rootfs/etc/first
umoci repack --refresh-bundle --image layout:1 bundle
rm bundle/rootfs/etc/first
echo second > bundle/rootfs/etc/second
umoci repack --image layout:1 bundle
rm -r bundle
`;

let place: Workplace;
let registry: DockerRegistry;
beforeAll(async () => {
  [place, registry] = [await openWorkplace(), await startDockerRegistry({ htpasswd: HTPASSWD })];
  await run('sh', ['-euc', MAKE], { cwd: place.directory });
});
afterAll(async () => {
  await registry.stop();
  await place[Symbol.asyncDispose]();
});

function withLogin(store = place.store): RunOptions {
  return { store, env: { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [registry.host]: LOGIN } }) } };
}

function manifest(image: string, name: string): Promise<string> {
  return place.manifest(`manifest_version = 1\n[base]\nimage = "${image}"\n`, name);
}

test('an image of a registry is pulled and used, and its lock outlives the registry', async () => {
  const image = `${registry.host}/tools/busybox`;
  await skopeoCopy(`oci:${place.directory}/layout:1`, `docker://${image}:1`, '--dest-creds', 'user:secret-password');
  const file = await manifest(`docker://${image}:1`, 'pulled');

  const refused = await karapace(['build', file, '--name', 'pulled'], place);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`skopeo login ${registry.host}`) });

  const built = await karapaceJson(['build', file, '--name', 'pulled'], withLogin());
  const listed = await karapace(
    ['exec', 'pulled', '--', 'sh', '-c', 'busybox cat /etc/second; busybox ls /etc/first'],
    place,
  );
  expect(listed).toMatchObject({ code: 1, stdout: 'second\n' });

  const lock = await readFile(path.join(path.dirname(file), 'karapace.lock'), 'utf8');
  expect(lock).toContain(await skopeoDigest(`docker://${image}:1`, '--creds', 'user:secret-password'));
  expect(lock).not.toMatch(new RegExp(`secret|${LOGIN.auth}`, 'u'));

  const elsewhere = await karapaceJson(['build', file, '--locked'], withLogin(path.join(place.directory, 'elsewhere')));
  expect(elsewhere.layers).toEqual(built.layers);

  await registry.stop();
  const again = await karapaceJson(['build', file, '--locked', '--check'], place);
  expect(again.layers.map(({ tree }) => tree)).toEqual(built.layers.map(({ tree }) => tree));
  const empty = { store: path.join(place.directory, 'nowhere') };
  const offline = await karapace(['build', file, '--locked', '--offline'], empty);
  expect(offline).toMatchObject({ code: 1, stderr: expect.stringContaining('error[OFFLINE]') });
  const nowhere = await karapace(['build', file, '--locked'], empty);
  expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('error[DOWNLOAD_FAILED]') });
});

test('a layout beside the manifest is used, by tag, by digest and by tree, and is not needed afterwards', async () => {
  const tagged = await manifest('oci:../layout:1', 'beside');
  const { layers } = await karapaceJson(['build', tagged, '--name', 'beside'], place);
  const [tree = ''] = layers.map((layer) => layer.tree);
  const index = await readFile(path.join(place.directory, 'layout/index.json'), 'utf8');
  const [digest = ''] = /sha256:[0-9a-f]{64}/u.exec(index) ?? [];

  for (const [name, reference] of [`oci:../layout@${digest}`, `oci:../layout:1@${tree}`].entries()) {
    const pinned = await manifest(reference, `pinned-${name}`);
    expect((await karapaceJson(['build', pinned, '--require-pinned-image'], place)).layers).toMatchObject([
      { tree, reused: true },
    ]);
  }
  const wrong = await manifest(`oci:../layout:1@${'0'.repeat(64)}`, 'wrong');
  expect(await karapace(['build', wrong], place)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('error[LOCK_BASE_CHANGED]'),
  });

  await rm(path.join(place.directory, 'layout'), { recursive: true });
  expect((await karapaceJson(['build', tagged, '--locked', '--check'], place)).layers).toMatchObject([{ tree }]);
});

test('a damaged layout is one error that names the place, and no lock is written', async () => {
  await mkdir(path.join(place.directory, 'damaged'));
  await writeFile(path.join(place.directory, 'damaged/oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(path.join(place.directory, 'damaged/index.json'), '{"schemaVersion":2,"manifests":[{}]}');
  const file = await manifest('oci:../damaged:1', 'damaged-project');

  expect(await karapace(['build', file], place)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error\[IMAGE_INVALID\]: .*`manifests\.0\.mediaType`/mu),
  });
  await expect(access(path.join(path.dirname(file), 'karapace.lock'))).rejects.toMatchObject({ code: 'ENOENT' });
});
