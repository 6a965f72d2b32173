// Debian has no apk, and no Alpine Linux is to be had where these tests run. So the image's apk is a record here: `run` answers in the
// words that apk prints. Real are the formats of indexes and packages, the server, the downloads, their checks and the store.
// Not tried is that apk takes the indexes from the disk, and what it would answer.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackagePin, ToolResult, ToolRun } from '@karapace/core';
import { createTestTools, serveDirectory, type DirectoryServer, type TestTools } from '@karapace/core/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { apkPackageManager } from '../src/apk-package-manager.ts';
import { makeIndex, makePackage, type MadePackage, type TestPackage } from './apk-format.ts';

let tools: TestTools;
let directory: string;
let server: DirectoryServer;
const runs: ToolRun[] = [];

beforeAll(async () => {
  tools = await createTestTools();
  directory = await mkdtemp(join(tmpdir(), 'karapace-apk-'));
  server = await serveDirectory(directory);
  await publish('main', [{ name: 'tiny', fields: ['p:cmd:tiny=1.0-r0'] }, { name: 'tiny-lib' }, { name: 'tiny-gui' }]);
});
afterEach(() => {
  server.misbehave();
  runs.length = 0;
});
afterAll(async () => {
  await Promise.all([server[Symbol.asyncDispose](), tools[Symbol.asyncDispose]()]);
  await rm(directory, { recursive: true });
});

const SIMULATED = `(1/3) Installing tiny-lib (1.0-r0)
(2/3) Upgrading tiny (0.9-r0 -> 1.0-r0)
(3/3) Installing tiny-gui (1.0-r0)
OK: 8 MiB in 17 packages
`;

test('the closure that apk chooses is pinned, each package with the digest of the file that came', async () => {
  const pins = await resolve({ system: ['cmd:tiny'], gui: ['tiny-gui'] });

  expect(pins.map(({ name, asked }) => `${name} ${asked}`)).toEqual([
    'tiny system',
    'tiny-gui gui',
    'tiny-lib dependency',
  ]);
  const { file, bytes } = makePackage({ name: 'tiny' });
  expect(pins[0]).toMatchObject({
    ...{ version: '1.0-r0', arch: 'noarch', manager: 'apk' },
    ...{ size: bytes.length, url: `${server.url}/main/x86_64/${file}` },
  });
  const place = await tools.archives(pins.map((archive) => ({ archive, name: archive.name })));
  expect(await readFile(join(place, 'tiny'))).toEqual(bytes);
});

test('apk is asked on the image without network, with the indexes read-only, for what the names stand for', async () => {
  let repositories = '';
  await resolve({
    system: ['cmd:tiny'],
    gui: ['tiny-gui=1.0-r0'],
    simulate: async ({ mounts = [] }) => {
      const source = mounts[0]?.source ?? '';
      repositories = await readFile(join(source, 'repositories'), 'utf8');
      expect(await readdir(join(source, '0/x86_64'))).toEqual(['APKINDEX.tar.gz']);
      return { code: 0, stdout: SIMULATED, stderr: '' };
    },
  });

  expect(repositories).toBe('/run/karapace/apk/0\n');
  const [, simulation] = runs;
  expect(simulation?.command.slice(4)).toEqual(['tiny', 'tiny-gui=1.0-r0']);
  expect(runs.map(({ network = 'none' }) => network)).toEqual(['none', 'none']);
  expect(runs.flatMap(({ mounts = [] }) => mounts.filter(({ readOnly }) => !readOnly))).toEqual([]);
});

test('what apk prints on its error output counts as well', async () => {
  const simulate = async () => ({ code: 0, stdout: '', stderr: SIMULATED });

  expect(await resolve({ system: ['tiny'], simulate })).toHaveLength(3);
});

test('a package that was fetched before is not fetched again', async () => {
  await resolve({ system: ['tiny'] });
  const requests: string[] = [];
  server.misbehave(({ url = '' }) => requests.push(url) < 0);

  expect(await resolve({ system: ['tiny'] })).toHaveLength(3);
  expect(requests).toEqual(['/main/x86_64/APKINDEX.tar.gz']);
});

test('what only the image has needs no archive', async () => {
  expect(await resolve({ system: ['handmade'] })).toEqual([]);
});

test('unknown names are one error that names each, and the nearest that exist', async () => {
  await expect(resolve({ system: ['tiny-lab', 'cmd:tinny'] })).rejects.toMatchObject({
    code: 'PACKAGE_UNKNOWN',
    message: expect.stringMatching(/`tiny-lab` \(near: `tiny-lib`.*`cmd:tinny` \(near: `cmd:tiny`\)/u),
  });
});

test.each([
  ...[
    '-X',
    '--root=/',
    'a b',
    ';id',
    '$(id)',
    '../x',
    '/tmp/x.apk',
    'x@edge',
    '!git',
    'git*',
    'git>1',
    'git~1',
    'git=',
    '',
  ],
  ...['git=1 2', 'git=-r0', 'http://example.invalid/x.apk', '.build-deps', 'git\n'],
])('`%s` is refused before anything runs', async (name) => {
  await expect(resolve({ system: [name] })).rejects.toMatchObject({ code: 'PACKAGE_UNKNOWN' });
  expect(runs).toEqual([]);
});

const CONFLICT = `ERROR: unable to select packages:
  tiny-1.0-r0:
    conflicts: tiny-gui-1.0-r0
    satisfies: world[tiny]
`;

test.each([
  { said: { code: 1, stdout: CONFLICT, stderr: '' }, message: /tiny-1\.0-r0: conflicts: tiny-gui-1\.0-r0/u },
  { said: { code: 1, stdout: '', stderr: CONFLICT }, message: /tiny-1\.0-r0: conflicts: tiny-gui-1\.0-r0/u },
  { said: { code: 0, stdout: '(1/1) Purging busybox (1.36.1-r0)\n', stderr: '' }, message: /`busybox` of the image/u },
])('$said is a conflict that says why', async ({ said, message }) => {
  await expect(resolve({ system: ['tiny'], simulate: async () => said })).rejects.toMatchObject({
    code: 'PACKAGE_CONFLICT',
    message: expect.stringMatching(message),
  });
});

test.each(['UNTRUSTED signature', 'BAD signature'])(
  'an index of which apk says %s ends it, whatever else apk says',
  async (words) => {
    const stderr = `WARNING: Ignoring /run/karapace/apk/0/x86_64/APKINDEX.tar.gz: ${words}\n`;

    await expect(
      resolve({ system: ['tiny'], simulate: async () => ({ code: 0, stdout: SIMULATED, stderr }) }),
    ).rejects.toMatchObject({ code: 'MIRROR_FAILED', message: expect.stringContaining(`${server.url}/main`) });
  },
);

test('a mirror that fails is named', async () => {
  server.misbehave((_, response) => Boolean(response.writeHead(404).end()));

  await expect(resolve({ system: ['tiny'] })).rejects.toMatchObject({
    code: 'MIRROR_FAILED',
    message: expect.stringMatching(/127\.0\.0\.1.*APKINDEX\.tar\.gz.*404/u),
  });
});

test('an index without end is given up', async () => {
  server.misbehave((_, response) => {
    const send = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(1 << 20)));
      if (!response.destroyed) response.once('drain', send);
    };
    send();
    return true;
  });

  await expect(resolve({ system: ['tiny'] })).rejects.toMatchObject({ code: 'MIRROR_FAILED' });
});

test.each([
  { title: 'has no checksum', given: { checksum: '' }, message: 'no checksum' },
  { title: 'has a checksum of another kind', given: { checksum: 'Q2abc' }, message: 'no checksum' },
  { title: 'has no size', given: { size: '' }, message: 'no checksum and size' },
  { title: 'has the checksum of another package', given: { checksum: `Q1${'A'.repeat(27)}=` }, message: 'is another' },
  { title: 'has another size', given: { size: '100' }, message: 'more than the 100 bytes' },
  { title: 'has a package that lies about its data', given: { datahash: '0'.repeat(64) }, message: 'has other data' },
])('a repository that $title is refused', async ({ given, message }) => {
  await publish('evil', [{ name: 'evil', ...given }]);

  await expect(resolve(evil('(1/1) Installing evil (1.0-r0)\n'))).rejects.toMatchObject({
    code: 'MIRROR_FAILED',
    message: expect.stringContaining(message),
  });
});

test.each([
  { name: '../../x', version: '1.0-r0' },
  { name: 'evil', version: '1/../../x' },
])('a repository with the package $name in version $version is refused', async ({ name, version }) => {
  await publishRecords('evil', [makePackage({ name: 'evil' }), { ...makePackage({ name, version }), file: 'unused' }]);

  await expect(resolve(evil(`(1/1) Installing ${name} (${version})\n`))).rejects.toMatchObject({
    code: 'MIRROR_FAILED',
  });
});

test('two repositories with different packages under one name and version are refused', async () => {
  await publish('evil', [{ name: 'tiny', datahash: '1'.repeat(64) }]);
  const repositories = `${server.url}/main\n${server.url}/evil\n`;

  await expect(resolve({ system: ['tiny'], repositories })).rejects.toMatchObject({
    code: 'MIRROR_FAILED',
    message: expect.stringContaining('different'),
  });
});

interface Resolution {
  readonly system?: readonly string[];
  readonly gui?: readonly string[];
  readonly repositories?: string;
  readonly simulate?: (run: ToolRun) => Promise<ToolResult>;
}

function evil(stdout: string): Resolution {
  const repositories = `${server.url}/evil/\n`;
  return { system: ['evil'], repositories, simulate: async () => ({ code: 0, stdout, stderr: '' }) };
}

async function resolve({ system = [], gui = [], ...given }: Resolution): Promise<readonly PackagePin[]> {
  const { repositories = `# main\n${server.url}/main\n`, simulate } = given;
  const facts = `x86_64\n--- karapace ---\n${repositories}--- karapace ---\nP:handmade\nV:1-r0\nP:musl\nV:1.2.5-r0\n`;
  const answer = async (run: ToolRun): Promise<ToolResult> => {
    runs.push(run);
    if (run.command[2]?.includes('--simulate') !== true) return { code: 0, stdout: facts, stderr: '' };
    return (await simulate?.(run)) ?? { code: 0, stdout: SIMULATED, stderr: '' };
  };
  return apkPackageManager.resolve({ system, gui, lower: ['/image'] }, { ...tools, run: answer });
}

async function publish(repository: string, packages: readonly TestPackage[]): Promise<void> {
  await publishRecords(repository, packages.map(makePackage));
}

async function publishRecords(repository: string, made: readonly MadePackage[]): Promise<void> {
  const place = join(directory, repository, 'x86_64');
  await mkdir(place, { recursive: true });
  for (const { file, bytes } of made) await writeFile(join(place, file), bytes);
  await writeFile(join(place, 'APKINDEX.tar.gz'), makeIndex(made.map(({ record }) => record)));
}
