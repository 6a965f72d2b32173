import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { hostileArchives } from '../core/test/store/tar/hostile-archives.ts';
import { makeBusyboxProject } from './support/busybox-project.ts';
import { makeUser, runAsRoot } from './support/debian.ts';
import { karapace, karapaceJson, openWorkplace, type Workplace } from './support/karapace.ts';

let place: Workplace;

beforeAll(async () => {
  place = await openWorkplace();
});
afterAll(async () => {
  await karapace(['destroy', 'small', '--yes'], place);
  runAsRoot('rm', '-rf', place.directory);
});

const makeProject = (name: string, pack: string) => makeBusyboxProject(place, { name, pack });

const PACK = 'tar --owner=7 --group=42 --sort=name -cJ .';

describe('an image that is an archive of the project', () => {
  test('is built, entered, and built again without the archive and offline', async () => {
    const manifest = await makeProject('small', PACK);

    const built = await karapaceJson(['build', manifest, '--name', 'small', '--check'], place);
    const run = await karapace(['exec', 'small', '--', 'sh', '-c', 'cat /usr/share/greeting'], place);
    rmSync(path.join(path.dirname(manifest), 'rootfs.tar'));
    const again = await karapaceJson(['rebuild', manifest, '--name', 'small', '--locked', '--offline'], place);

    expect(run).toMatchObject({ code: 0, stdout: 'hello\n' });
    expect(again.env_id).toBe(built.env_id);
    expect(again.layers.map(({ tree }) => tree)).toEqual(built.layers.map(({ tree }) => tree));
  }, 120_000);

  test('is the same for every project that has the same bytes, wherever it is', async () => {
    const manifest = await makeProject('elsewhere/deep', PACK);

    const { layers } = await karapaceJson(['build', manifest, '--name', 'other'], place);
    const { layers: first } = await karapaceJson(['inspect', 'small'], place);
    await karapace(['destroy', 'other', '--yes'], place);

    expect(layers[0]?.tree).toBe(first[0]?.tree);
  }, 120_000);

  test('has to be the pinned one where the reference says which', async () => {
    const manifest = await makeProject('pinned', PACK);
    const { layers } = await karapaceJson(['inspect', 'small'], place);
    const tree = layers[0]?.tree ?? '';
    const image = (digest: string) =>
      writeFileSync(manifest, `manifest_version = 1\n[base]\nimage = "./rootfs.tar@${digest}"\n`);

    image(tree.replace(/./u, (digit) => (digit === '0' ? '1' : '0')));
    const { code, stderr } = await karapace(['build', manifest, '--name', 'pinned'], place);
    image(tree);
    const built = await karapaceJson(['build', manifest, '--name', 'pinned', '--require-pinned-image'], place);
    await karapace(['destroy', 'pinned', '--yes'], place);

    expect(code).toBe(2);
    expect(stderr).toContain('error[LOCK_BASE_CHANGED]');
    expect(built.layers[0]?.tree).toBe(tree);
  }, 120_000);

  test('can be used by somebody with one id alone, to whom all of it belongs', async () => {
    using user = makeUser({ range: false });
    const manifest = await makeProject('single', PACK);
    const directory = `${user.home}/project`;
    runAsRoot('cp', '-r', path.dirname(manifest), directory);
    runAsRoot('chown', '-R', user.name, directory);
    const options = { store: `${user.home}/store`, prefix: user.prefix, cwd: directory };

    const built = await karapace(['build', '--name', 'single'], options);
    const run = await karapace(['exec', 'single', '--', 'busybox', 'stat', '-c', '%u:%g', '/bin/busybox'], options);

    expect(built.stderr).not.toContain('error');
    expect(run).toMatchObject({ code: 0, stdout: '0:0\n' });
  }, 120_000);
});

describe('a hostile archive in a manifest', () => {
  const CHOSEN = [
    'a path to the parent',
    'an absolute path',
    'writing through a symbolic link',
    'a chain of symbolic links',
  ];
  const odd = [
    ...hostileArchives.filter(({ title }) => CHOSEN.includes(title)),
    {
      title: 'two gigabytes of zeros',
      archive: execFileSync('sh', ['-c', 'head -c 2G /dev/zero | xz -0 -T2'], { maxBuffer: 2 ** 24 }),
    },
    { title: 'something else', archive: Buffer.from('<html></html>') },
  ];

  test.for(odd)('with $title is one error, and leaves nothing', { timeout: 120_000 }, async ({ archive }) => {
    const manifest = await place.manifest('manifest_version = 1\n[base]\nimage = "./evil.tar"\n', 'evil');
    writeFileSync(path.join(path.dirname(manifest), 'evil.tar'), archive);
    const canary = path.join(place.directory, 'canary');
    mkdirSync(canary, { recursive: true });
    chmodSync(canary, 0o700);

    const { code, stderr } = await karapace(['build', manifest, '--name', 'evil'], place);

    expect(code).toBe(1);
    expect(stderr.match(/error\[\w+\]/gu)).toEqual(['error[ARCHIVE_INVALID]']);
    expect(stderr).toContain('fix: ');
    expect(stderr).not.toMatch(/^\s+at /mu);
    expect(readdirSync(canary)).toEqual([]);
    expect(readdirSync(path.join(place.store, 'tmp'))).toEqual([]);
    expect((await karapace(['verify-store'], place)).code).toBe(0);
  });
});
