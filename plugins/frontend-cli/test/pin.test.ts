import { chmod, lstat, mkdir, readFile, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { makeSandbox, runKarapace, type Run, type Sandbox } from './run-karapace.ts';

// With CRLF, comments, single quotes and an order of its own.
const MANIFEST =
  "# ours\r\nmanifest_version = 1\r\n[runtime]\r\nbackend = 'mock'\r\n\r\n[base]   # the base\r\nimage='debian/trixie'  # pin me\r\n[system]\r\npackages = ['git']\r\n";
const CONFIG = `import { readFileSync } from 'node:fs';
// A comment: base: { image: 'no' }
const packages: string[] = ['git'];
export default {
  manifest_version: 1 as const,
  base: { image: "debian/trixie" }, // pin me
  system: { packages },
  runtime: { backend: 'mock' },
};
void readFileSync;
`;
const PINNED = /debian\/trixie(?<suffix>@[0-9a-f]{64})/u;

// One store, in which the image is built once; each test has a directory of its own.
let box: Sandbox;
let places = 0;
beforeAll(async () => {
  box = await makeSandbox();
});
afterAll(() => box[Symbol.asyncDispose]());

interface Place {
  readonly folder: string;
  run(...args: readonly string[]): Promise<Run>;
  json(...args: readonly string[]): Promise<Record<string, unknown>>;
  read(name: string): Promise<string>;
}

async function makePlace(files: Readonly<Record<string, string>>): Promise<Place> {
  const folder = path.join(box.folder, `place-${places++}`);
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  const run: Place['run'] = (...args) => runKarapace(args, { cwd: folder, environment: box.environment });
  return {
    folder,
    run,
    json: async (...args) => JSON.parse((await run(...args, '--json')).stdout) as Record<string, unknown>,
    read: (name) => readFile(path.join(folder, name), 'utf8'),
  };
}

test('pin adds the digest and leaves every other byte of a TOML manifest as it was', async () => {
  const place = await makePlace({ 'karapace.toml': MANIFEST });

  const { stdout, code } = await place.run('pin');
  const pinned = await place.read('karapace.toml');
  const { suffix = '' } = PINNED.exec(pinned)?.groups ?? {};
  expect(pinned).toBe(MANIFEST.replace('debian/trixie', `debian/trixie${suffix}`));
  expect([code, stdout]).toEqual([0, expect.stringContaining(`Pinned to debian/trixie${suffix}\n`)]);
  expect(await readdir(place.folder)).toEqual(['karapace.toml']);
  expect((await place.run('pin', '--check')).code).toBe(0);
  expect((await place.run('pin')).stdout).toMatch(/^Pinned already: /u);
});

test('--check writes nothing and fails with the place of what is not pinned', async () => {
  const place = await makePlace({ 'karapace.toml': MANIFEST });

  const { stderr, code } = await place.run('pin', '--check');
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('error[IMAGE_UNPINNED]: The image `debian/trixie` is not'),
  ]);
  expect(stderr).toContain(`--> ${place.folder}/karapace.toml:7:7\n`);
  expect(await place.read('karapace.toml')).toBe(MANIFEST);
});

test('the lock that answers decides the digest, and is carried over by --write-lock without asking anybody', async () => {
  const place = await makePlace({ 'karapace.toml': MANIFEST });
  const built = (await place.json('build')) as { env_id: string; layers: readonly { tree: string }[] };
  const lock = await place.read('karapace.lock');

  const { stderr } = await place.run('pin', '--write-lock', '--offline');
  expect(stderr).not.toContain('Resolving');
  expect(await place.read('karapace.toml')).toContain(`'debian/trixie@${built.layers[0]?.tree}'`);
  const sections = (text: string): string => text.slice(text.indexOf('[[package'));
  expect(sections(await place.read('karapace.lock'))).toBe(sections(lock));
  expect(await place.json('build', '--locked')).toMatchObject({
    layers: built.layers.map(({ tree }) => ({ tree, reused: true })),
  });
  expect(await place.json('pin', '--write-lock')).toMatchObject({ status: 'unchanged', lock: { written: false } });
});

test('a build after pin keeps what was locked', async () => {
  const place = await makePlace({ 'karapace.toml': MANIFEST });
  await place.run('build');
  await place.run('pin');

  const { code, stderr } = await place.run('build', '--offline');
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('Resolving')]);
  expect(await place.read('karapace.lock')).toMatch(PINNED);
});

test('--write-lock without a lock resolves and writes one for the pinned manifest', async () => {
  const place = await makePlace({ 'karapace.toml': MANIFEST });

  expect(await place.json('pin', '--write-lock')).toMatchObject({
    format: 1,
    status: 'pinned',
    manifest: path.join(place.folder, 'karapace.toml'),
    image: expect.stringMatching(PINNED),
    lock: { file: path.join(place.folder, 'karapace.lock'), written: true },
  });
  expect((await place.run('build', '--locked', '--require-pinned-image')).code).toBe(0);
});

test('a plain string of a config module is pinned', async () => {
  const place = await makePlace({ 'karapace.config.ts': CONFIG });

  expect((await place.run('pin')).code).toBe(0);
  const pinned = await place.read('karapace.config.ts');
  const { suffix = '' } = PINNED.exec(pinned)?.groups ?? {};
  expect(pinned).toBe(CONFIG.replace('debian/trixie', `debian/trixie${suffix}`));
  expect((await place.run('pin', '--check')).code).toBe(0);
});

const COMPUTED = CONFIG.replace('"debian/trixie"', '["debian", "trixie"].join("/")');

test.each([
  ['is computed', COMPUTED],
  ['only looks as if it stood there', `export const old = { base: { image: 'debian/trixie' } };\n${COMPUTED}`],
])('an image of a config module that %s is left to people, who are told what to write', async (_how, config) => {
  const place = await makePlace({ 'karapace.config.ts': config });

  const { code, stderr } = await place.run('pin');
  expect([code, stderr]).toEqual([2, expect.stringMatching(/fix: Write `debian\/trixie@[0-9a-f]{64}` by hand/u)]);
  expect(await place.read('karapace.config.ts')).toBe(config);
  expect(await readdir(place.folder)).toEqual(['karapace.config.ts']);
});

test('JSON and package.json are pinned, too', async () => {
  const manifest = { manifest_version: 1, base: { image: 'debian/trixie' }, runtime: { backend: 'mock' } };
  const text = JSON.stringify({ name: 'x', karapace: manifest }, null, '\t');
  const place = await makePlace({ 'package.json': text });

  expect((await place.run('pin')).code).toBe(0);
  expect((await place.read('package.json')).replace(/@[0-9a-f]{64}/u, '')).toBe(text);
});

test('a manifest behind a link is pinned where it is, and the link stays', async () => {
  const place = await makePlace({ 'shared.toml': MANIFEST });
  await mkdir(path.join(place.folder, 'config'));
  await rename(path.join(place.folder, 'shared.toml'), path.join(place.folder, 'config/shared.toml'));
  await symlink('config/shared.toml', path.join(place.folder, 'karapace.toml'));

  expect((await place.run('pin')).code).toBe(0);
  expect((await lstat(path.join(place.folder, 'karapace.toml'))).isSymbolicLink()).toBe(true);
  expect(await place.read('config/shared.toml')).toMatch(PINNED);
});

test('a read-only manifest is one error, and stays as it is', async () => {
  const place = await makePlace({ 'karapace.toml': MANIFEST });
  await chmod(path.join(place.folder, 'karapace.toml'), 0o444);

  const { code, stderr } = await place.run('pin');
  expect([code, stderr]).toEqual([2, expect.stringContaining('error[MANIFEST_UNWRITABLE]: ')]);
  expect(await place.read('karapace.toml')).toBe(MANIFEST);
});

test('--check and --write-lock contradict each other', async () => {
  const { code, stderr } = await runKarapace(['pin', '--check', '--write-lock'], { environment: {} });

  expect([code, stderr]).toEqual([1, expect.stringContaining('`--check` and `--write-lock` contradict each other')]);
});
