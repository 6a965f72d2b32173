import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { test as base, expect } from 'vitest';

import { makeUser, runAsRoot } from './support/debian.ts';
import { karapace, karapaceJson, listJson, openWorkplace, type Workplace } from './support/karapace.ts';

const DEBIAN = 'manifest_version = 1\n[base]\nimage = "debian/trixie"\n';
const MOCK = `${DEBIAN}[runtime]\nbackend = "mock"\n`;
const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n', '-E'];

const test = base.extend<{ place: Workplace }>({
  place: async ({}, use) => {
    const place = await openWorkplace();
    await use(place);
    runAsRoot('rm', '-rf', place.directory);
  },
});

/** Runs with another file system, seen by this command alone. */
const withMounts = (script: string): readonly string[] => [
  ...sudo,
  'unshare',
  '--mount',
  'sh',
  '-euc',
  `${script}\nexec "$@"`,
  'sh',
];

test('a full disk is one error, and what was built before is still there', async ({ place }) => {
  await mkdir(place.store);
  runAsRoot('mount', '-t', 'tmpfs', '-o', `size=40m,mode=700,uid=${process.getuid?.()}`, 'store', place.store);
  try {
    const kept = await karapaceJson(['build', await place.manifest(MOCK, 'mock'), '--name', 'kept'], place);

    const { code, stderr } = await karapace(['build', await place.manifest(DEBIAN), '--name', 'large'], place);

    expect(stderr).toContain('error[STORE_FULL]');
    expect(code).toBe(3);
    expect(await listJson(place)).toMatchObject([{ env_id: kept.env_id }]);
    expect((await karapace(['exec', 'kept', '--', 'true'], place)).code).toBe(0);
  } finally {
    runAsRoot('umount', place.store);
  }
}, 120_000);

test('a store of somebody else is refused', async () => {
  using user = makeUser({ range: true });
  const directory = await mkdtemp(path.join(tmpdir(), 'karapace-foreign-'));
  try {
    await karapaceJson(['list'], { store: path.join(directory, 'none') });
    runAsRoot('install', '-d', '-m', '755', '-o', 'nobody', `${directory}/store`);
    runAsRoot('chmod', '755', directory);

    const { code, stderr } = await karapace(['list'], { store: `${directory}/store`, cwd: '/', prefix: user.prefix });

    expect(stderr).toContain('error[STORE_FOREIGN]');
    expect(code).toBe(3);
  } finally {
    runAsRoot('rm', '-rf', directory);
    await rm(directory, { recursive: true, force: true });
  }
});

test('without user namespaces a user is told so, and how to switch them on', async ({ place }) => {
  using user = makeUser({ range: true });
  const manifest = await place.manifest(DEBIAN);
  runAsRoot('chown', '-R', user.name, place.directory);
  const off = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"';
  const prefix = [...user.prefix, 'unshare', '--user', '--map-root-user', 'sh', '-c', off, 'sh'];

  const { code, stderr } = await karapace(['build', manifest], { store: `${user.home}/store`, cwd: '/', prefix });

  expect(stderr).toContain('error[NAMESPACE_DENIED]');
  expect(stderr).toMatch(/fix: .*max_user_namespaces/u);
  expect(code).toBe(1);
});

test.for(['bwrap', 'mmdebstrap'])('without %s the build names it and the way to get it', async (program, { place }) => {
  const hidden = `mount --bind /dev/null /usr/bin/${program}`;

  const { code, stderr } = await karapace(['build', await place.manifest(DEBIAN)], {
    ...place,
    prefix: withMounts(hidden),
  });

  expect(stderr).toContain('error[TOOL_MISSING]');
  expect(stderr).toContain(program);
  expect(stderr).toMatch(/fix: .*karapace doctor --fix/u);
  expect(code).toBe(1);
});

test('without a network the mirror is named, and the build ends', async ({ place }) => {
  const prefix = [...sudo, 'unshare', '--net'];

  const { code, stderr } = await karapace(['build', await place.manifest(DEBIAN)], { ...place, prefix });

  expect(stderr).toContain('error[MIRROR_FAILED]');
  expect(code).toBe(1);
}, 180_000);
