import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { test as base, describe, expect } from 'vitest';

import { makeUser, runAsRoot } from './support/debian.ts';
import { karapace, karapaceJson, listJson, openWorkplace, startKarapace, type Workplace } from './support/karapace.ts';

const MOCK =
  'manifest_version = 1\n[base]\nimage = "debian/trixie"\n[system]\npackages = ["git", "curl"]\n[runtime]\nbackend = "mock"\n';

const test = base.extend<{ place: Workplace }>({
  place: async ({}, use) => {
    await using place = await openWorkplace();
    await use(place);
  },
});

describe('an environment', () => {
  test('is built, run, listed, inspected and destroyed', async ({ place }) => {
    const { store } = place;
    const manifest = await place.manifest(MOCK);

    const built = await karapaceJson(['build', manifest, '--name', 'dev'], place);
    expect(built).toMatchObject({ name: 'dev', status: 'built', short_id: built.env_id.slice(0, 12) });

    const version = await karapace(['exec', 'dev', '--', 'git', '--version'], place);
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^git version \d/u) });

    expect(await listJson({ store })).toMatchObject([{ env_id: built.env_id, name: 'dev', state: 'Built' }]);
    expect(await karapaceJson(['inspect', built.env_id.slice(0, 6)], { store })).toMatchObject({
      env_id: built.env_id,
    });

    await karapaceJson(['destroy', 'dev', '--yes'], { store });
    expect(await listJson({ store })).toEqual([]);
  });

  test('built a second time is unchanged', async ({ place }) => {
    const manifest = await place.manifest(MOCK);
    await karapaceJson(['build', manifest], place);

    expect(await karapaceJson(['build', manifest], place)).toMatchObject({ status: 'unchanged' });
  });

  test('keeps what a command wrote', async ({ place }) => {
    const manifest = await place.manifest(MOCK);
    await karapaceJson(['build', manifest, '--name', 'dev'], place);
    await karapace(['exec', 'dev', '--', 'write', '/root/note', 'kept'], place);

    expect(await karapace(['exec', 'dev', '--', 'cat', '/root/note'], place)).toMatchObject({
      code: 0,
      stdout: 'kept\n',
    });
  });

  test('has the same identity and layers from its lock in an empty store, offline', async ({ place }) => {
    const manifest = await place.manifest(MOCK);
    const first = await karapaceJson(['build', manifest], place);

    const second = await karapaceJson(['build', manifest, '--locked', '--offline'], { store: `${place.store}-two` });

    expect(second.env_id).toBe(first.env_id);
    expect(trees(second)).toEqual(trees(first));
  });

  test.for([
    ['with a range of ids', true],
    ['without one', false],
  ] as const)('is the same for a user %s, who has another umask, and runs there', async ([, range], { place }) => {
    using user = makeUser({ range });
    const manifest = await place.manifest(MOCK);
    const first = await karapaceJson(['build', manifest], { store: `${place.store}-first` });
    runAsRoot('rm', path.join(place.directory, 'project/karapace.lock'));
    runAsRoot('chown', '-R', user.name, place.directory);
    const prefix = ['sh', '-c', 'umask 077; exec "$@"', 'sh', ...user.prefix];
    const options = { store: `${user.home}/store`, cwd: '/', prefix };

    const theirs = await karapaceJson(['build', manifest, '--name', 'trial', '--check'], options);

    expect(theirs.env_id).toBe(first.env_id);
    expect(trees(theirs)).toEqual(trees(first));
    expect(await karapace(['exec', 'trial', '--', 'git', '--version'], options)).toMatchObject({ code: 0 });
    await karapaceJson(['destroy', 'trial', '--yes'], options);
    expect(await listJson(options)).toEqual([]);
    runAsRoot('rm', '-rf', place.directory);
  });

  test('agrees with itself when it is built twice', async ({ place }) => {
    const manifest = await place.manifest(MOCK);

    await expect(karapaceJson(['build', manifest, '--check'], place)).resolves.toMatchObject({ status: 'built' });
  });

  test('gives exactly the code of its command', async ({ place }) => {
    await karapaceJson(['build', await place.manifest(MOCK), '--name', 'dev'], place);

    for (const code of [0, 1, 7, 125, 126, 127, 255]) {
      expect((await karapace(['exec', 'dev', '--', 'sh', '-c', `exit ${code}`], place)).code).toBe(code);
    }
  });

  test('is described the same by TOML, JSON and TypeScript', async ({ place }) => {
    const manifest = {
      manifest_version: 1,
      base: { image: 'debian/trixie' },
      system: { packages: ['curl', 'git', 'git'] },
      runtime: { backend: 'mock' },
    };
    const file = async (name: string, text: string) => {
      const directory = path.join(place.directory, name);
      await mkdir(directory);
      await writeFile(path.join(directory, name), text);
      return path.join(directory, name);
    };
    const files = [
      await place.manifest(MOCK),
      await file('karapace.config.json', JSON.stringify(manifest)),
      await file('package.json', JSON.stringify({ name: 'x', karapace: manifest })),
      await file('karapace.config.ts', `const m: object = ${JSON.stringify(manifest)};\nexport default m;\n`),
      await file('karapace.config.mjs', `export default ${JSON.stringify(manifest)};\n`),
    ];

    const built: string[] = [];
    for (const one of files) built.push((await karapaceJson(['build', one], place)).env_id);

    expect(new Set(built).size).toBe(1);
  });
});

describe('a refused build', () => {
  test.for([
    ['image = "debian/trixie"', 'image = "plan9"', 'IMAGE_UNKNOWN'],
    ['backend = "mock"', 'backend = "mocks"', 'BACKEND_UNKNOWN'],
    ['packages = ["git", "curl"]', 'packages = ["git", "../x"]', 'PACKAGE_UNKNOWN'],
    ['packages = ["git", "curl"]', 'package = ["git"]', 'MANIFEST_INVALID'],
    ['packages = ["git", "curl"]', 'packages = "git"', 'MANIFEST_INVALID'],
  ] as const)('changes nothing: %s as %s is %s', async ([was, is, code], { place }) => {
    const manifest = await place.manifest(MOCK.replace(was, is));

    const { code: exit, stdout } = await karapace(['--json', 'build', manifest], place);

    expect(exit).toBe(code === 'BACKEND_UNKNOWN' ? 1 : 2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
    expect(await readdir(path.dirname(manifest))).toEqual(['karapace.toml']);
    expect(await listJson(place)).toEqual([]);
  });

  test('keeps the environment and the lock that were there', async ({ place }) => {
    const manifest = await place.manifest(MOCK);
    const before = await karapaceJson(['build', manifest, '--name', 'dev'], place);
    const lock = await readFile(path.join(place.directory, 'project/karapace.lock'), 'utf8');
    await place.manifest(MOCK.replace('"curl"', '"../x"'));

    expect((await karapace(['build', manifest, '--name', 'dev'], place)).code).toBe(2);

    expect(await karapaceJson(['inspect', 'dev'], place)).toMatchObject({ env_id: before.env_id });
    expect(await readFile(path.join(place.directory, 'project/karapace.lock'), 'utf8')).toBe(lock);
  });
});

describe('--locked', () => {
  test('needs a lock', async ({ place }) => {
    const { code, stderr } = await karapace(['build', await place.manifest(MOCK), '--locked'], place);

    expect(code).toBe(2);
    expect(stderr).toContain('error[LOCK_MISSING]');
  });

  test('shows field by field what the lock no longer answers', async ({ place }) => {
    const manifest = await place.manifest(MOCK);
    await karapaceJson(['build', manifest], place);
    await place.manifest(MOCK.replace('"curl"', '"wget"'));

    const { code, stderr } = await karapace(['build', manifest, '--locked'], place);

    expect(code).toBe(2);
    expect(stderr).toContain('error[LOCK_STALE]');
    expect(stderr).toContain('system.packages: locked ["curl","git"], manifest ["git","wget"]');
  });

  test('is the default in CI where there is a lock', async ({ place }) => {
    const manifest = await place.manifest(MOCK);
    const env = { CI: 'true' };
    expect((await karapace(['build', manifest], { ...place, env })).code).toBe(0);
    await place.manifest(MOCK.replace('"curl"', '"wget"'));

    expect((await karapace(['build', manifest], { ...place, env })).stderr).toContain('LOCK_STALE');
    expect((await karapace(['build', manifest, '--no-locked'], { ...place, env })).code).toBe(0);
  });
});

test('a name that cannot be is refused before anything is resolved', async ({ place }) => {
  const refused = await karapace(['build', await place.manifest(MOCK), '--name', 'a b'], place);

  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('error[NAME_INVALID]') as string });
  expect(await readdir(path.join(place.directory, 'project'))).toEqual(['karapace.toml']);
});

test('of eight processes that build the same at once each layer is built by one, and the others wait for it', async ({
  place,
}) => {
  const manifest = await place.manifest(MOCK);
  await karapaceJson(['build', manifest], { store: `${place.store}-lock` });

  const all = await Promise.all(
    Array.from({ length: 8 }, () => karapaceJson(['build', manifest, '--name', 'dev'], place)),
  );

  expect(new Set(all.map(({ env_id }) => env_id)).size).toBe(1);
  const built = all.flatMap(({ layers }) => layers).filter(({ reused }) => !reused);
  expect(built.map(({ name }) => name).toSorted()).toEqual(['base', 'packages']);
});

test('a build killed at any moment leaves a store that works and nothing half-built', async ({ place }) => {
  const manifest = await place.manifest(MOCK);
  const acknowledged = await karapaceJson(['build', manifest, '--name', 'first'], place);
  for (let round = 0; round < 30; round += 1) {
    const other = await place.manifest(MOCK.replace('"curl"', `"tool${round}"`), `other${round}`);
    const child = startKarapace(['build', other, '--name', `other${round}`], place);
    const ended = new Promise((resolve) => child.once('close', resolve));
    setTimeout(() => child.kill('SIGKILL'), 40 + Math.random() * 500);
    await ended;

    for (const { env_id, name } of await listJson(place)) {
      expect(
        (await karapace(['exec', env_id, '--', 'git', '--version'], place)).code,
        `${name} after round ${round}`,
      ).toBe(0);
    }
  }
  expect(await karapaceJson(['inspect', 'first'], place)).toMatchObject({ env_id: acknowledged.env_id });
  await karapaceJson(['build', manifest, '--name', 'last'], place);
  expect(await readdir(path.join(place.store, 'tmp'))).toEqual([]);
  await rm(place.store, { recursive: true });
});

function trees({
  layers,
}: {
  layers: readonly { name: string; tree: string }[];
}): readonly (readonly [string, string])[] {
  return layers.map(({ name, tree }) => [name, tree] as const);
}
