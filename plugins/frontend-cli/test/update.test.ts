import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { configOffering } from './mock-manifests.ts';
import { makeSandbox, runKarapace, type Run, type Sandbox } from './run-karapace.ts';

let box: Sandbox;
let places = 0;
beforeAll(async () => {
  box = await makeSandbox();
});
afterAll(() => box[Symbol.asyncDispose]());

interface Offer {
  readonly packages?: readonly string[];
  readonly failing?: readonly string[];
  /** Default: the tool of the image can update one package alone. */
  readonly upgradesOne?: boolean;
}

interface Place {
  run(...args: readonly string[]): Promise<Run>;
  json(...args: readonly string[]): Promise<Record<string, unknown>>;
  lock(): Promise<string>;
  /** What the mirror has from now on. */
  offer(versions: Readonly<Record<string, string>>, options?: Offer): Promise<void>;
}

async function makePlace(): Promise<Place> {
  const folder = path.join(box.folder, `place-${places++}`);
  await mkdir(folder);
  const run: Place['run'] = (...args) => runKarapace(args, { cwd: folder, environment: box.environment });
  const offer: Place['offer'] = (versions, options) =>
    writeFile(path.join(folder, 'karapace.config.ts'), configOffering(versions, options));
  await offer({ git: '1.0', 'git-data': '1.0', curl: '8.0' });
  return {
    run,
    offer,
    json: async (...args) => JSON.parse((await run(...args, '--json')).stdout) as Record<string, unknown>,
    lock: () => readFile(path.join(folder, 'karapace.lock'), 'utf8'),
  };
}

test('outdated shows what the lock has and what there is, exits with 100, and changes nothing', async () => {
  const place = await makePlace();
  await place.run('build');
  const lock = await place.lock();
  const current = await place.run('outdated');
  await place.offer({ git: '1.2', 'git-data': '1.2', curl: '8.0' });

  const found = await place.run('outdated');
  const record = await place.json('outdated');

  expect([current.code, current.stdout]).toEqual([0, 'The lock has what there is.\n']);
  expect([found.code, found.stdout]).toEqual([100, expect.stringMatching(/^ {2}~ {2}git:all +1\.0 → 1\.2 /mu)]);
  expect(record).toMatchObject({
    status: 'outdated',
    changes: [
      { name: 'git', of: 'packages', is_asked: true, before: { version: '1.0' }, after: { version: '1.2' } },
      { name: 'git-data', is_asked: false, before: { version: '1.0' }, after: { version: '1.2' } },
    ],
  });
  expect(await place.lock()).toBe(lock);
});

test('outdated needs a lock that answers the manifest', async () => {
  const place = await makePlace();

  expect((await place.run('outdated')).stderr).toContain('error[LOCK_MISSING]');
  await place.run('build');
  await place.offer({}, { packages: ['git'] });
  expect((await place.run('outdated')).stderr).toContain('error[LOCK_STALE]');
});

test('update shows old and new with sizes, builds, writes the lock, and keeps the name', async () => {
  const place = await makePlace();
  await place.run('build', '--name', 'updated');
  await place.offer({ git: '1.2', 'git-data': '1.0', curl: '8.0' });

  const { code, stdout } = await place.run('update');
  const inside = await place.run('exec', 'updated', '--', 'cat', '/usr/bin/git');

  expect(code).toBe(0);
  expect(stdout).toMatch(/^Packages: 1 changed; \d+ B to download\n {2}~ {2}git:all {2}1\.0 → 1\.2 {2}\d+ B\n/u);
  expect(stdout).toContain('karapace enter updated');
  expect(inside.stdout).toContain('git version 1.2 ');
  expect(await place.json('update')).toMatchObject({ status: 'current', changes: [], build: null });
});

test('a dry run and an update that cannot be built leave the lock and the name as they were', async () => {
  const place = await makePlace();
  await place.run('build', '--name', 'kept');
  const lock = await place.lock();
  await place.offer({ git: '1.2' });

  expect(await place.json('update', '--dry-run')).toMatchObject({ status: 'planned', build: null });
  expect(await place.lock()).toBe(lock);
  await place.offer({ git: '1.2' }, { failing: ['git'] });
  expect((await place.run('update')).stderr).toContain('error[BUILD_FAILED]');
  expect(await place.lock()).toBe(lock);
  expect((await place.run('exec', 'kept', '--', 'cat', '/usr/bin/git')).stdout).toContain('git version 1.0 ');
});

test('update of a project without a lock makes one', async () => {
  const place = await makePlace();

  expect(await place.json('update', '--name', 'first')).toMatchObject({
    status: 'updated',
    build: { name: 'first', status: 'built' },
    lock: { written: true },
  });
});

test('update of one package keeps the others at what the lock pins, and outdated says the same before', async () => {
  const place = await makePlace();
  await place.run('build', '--name', 'partly');
  await place.offer({ git: '1.2', 'git-data': '1.3', curl: '8.1', 'curl-data': '9.0' });

  const found = await place.run('outdated', 'git');
  const { code, stdout } = await place.run('update', 'git');
  const inside = await place.run('exec', 'partly', '--', 'sh', '-c', 'cat /usr/bin/git /usr/bin/curl');

  expect([found.code, found.stdout]).toEqual([
    100,
    expect.stringMatching(/^Packages: 2 changed[^]*Next: karapace update git$/mu),
  ]);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/git:all +1\.0 → 1\.2 [^]*git-data:all +1\.0 → 1\.3 /u)]);
  expect(stdout).not.toContain('curl');
  expect(inside.stdout).toMatch(/git version 1\.2 [^]*curl version 8\.0 /u);
  expect((await place.run('build', '--locked')).stdout).toContain('Nothing changed.');
  expect((await place.run('update', 'git')).stdout).toBe('The lock has what there is of git.\n');
  expect(await place.json('outdated')).toMatchObject({ changes: [{ name: 'curl' }, { name: 'curl-data' }] });
});

test('update of what was brought along leaves it brought along', async () => {
  const place = await makePlace();
  await place.run('build');
  await place.offer({ git: '1.2', 'git-data': '1.2', curl: '8.1' });

  expect(await place.json('update', 'git-data')).toMatchObject({
    changes: [{ name: 'git-data', is_asked: false, before: { version: '1.0' }, after: { version: '1.2' } }],
  });
});

test.each([
  [['update', 'gti'], 'The lock has no package `gti`', 'Did you mean `git`?'],
  [['outdated', 'wholly-other'], 'The lock has no package `wholly-other`', 'The manifest asks for `curl`, `git`.'],
  [['update', 'web/karapace.toml'], 'The lock has no package `web/karapace.toml`', '`--manifest web/karapace.toml`'],
  [['update', 'git=1.2'], 'The lock has no package `git=1.2`', '`karapace add git=1.2`'],
  [['update', 'debian/trixie'], '`debian/trixie` is a part of the image', 'without naming packages'],
])('%j is refused, with the way out, and changes nothing', async (command, message, fix) => {
  const place = await makePlace();
  await place.run('build');
  const lock = await place.lock();
  await place.offer({ git: '1.2' });

  const { code, stderr } = await place.run(...command);

  expect([code, stderr]).toEqual([2, expect.stringContaining(`error[PACKAGE_UNKNOWN]: ${message}`)]);
  expect(stderr).toContain(fix);
  expect(await place.lock()).toBe(lock);
});

test('an image whose tool updates only as a whole is said to be one', async () => {
  const place = await makePlace();
  await place.run('build');
  await place.offer({ git: '1.2' }, { upgradesOne: false });

  const { code, stderr } = await place.run('update', 'git');

  expect([code, stderr]).toEqual([1, expect.stringContaining('error[BACKEND_UNSUPPORTED]: With `mock`, packages are')]);
  expect(stderr).toContain('fix: Run `karapace update` without naming packages.');
});
