import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

import { test as base, describe, expect } from 'vitest';

import type { FilesPin } from '../../../src/contracts/lock.ts';
import type { FilesRequest } from '../../../src/contracts/manifest.ts';
import { readProjectFiles } from '../../../src/store/files/read-project-files.ts';
import { consumeFeatureTree, makePlace, makeTestStore, removePlace, runInIdSpace, testIds } from '../test-store.ts';

const test = base.extend<{ project: string }>({
  project: async ({}, use) => {
    const place = makePlace();
    const project = path.join(place, 'project');
    fs.mkdirSync(path.join(project, 'etc/sub'), { recursive: true });
    fs.writeFileSync(path.join(project, 'etc/motd'), 'hello\n');
    fs.writeFileSync(path.join(project, 'etc/sub/run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    fs.symlinkSync('/outside/of/everything', path.join(project, 'etc/link'));
    await use(project);
    removePlace(place);
  },
});

const request = (source: string, change: Partial<FilesRequest> = {}): FilesRequest => ({
  ...{ source, target: '/x', mode: null },
  ...change,
});
const pinOf = async (project: string, wanted: FilesRequest): Promise<FilesPin> =>
  (await readProjectFiles(project, wanted)).pin;
const treeOf = async (project: string, source: string, mode: string | null = null): Promise<string> =>
  (await pinOf(project, request(source, { mode }))).tree;

describe('what is pinned', () => {
  test('of known files never changes', async ({ project }) => {
    expect(await treeOf(project, 'etc')).toMatchInlineSnapshot(
      `"01459ededd752fff0dffc32578619e55c81c93f1652651f2db9f979e8088c93d"`,
    );
    expect(await treeOf(project, 'etc/motd')).toMatchInlineSnapshot(
      `"61d40ffdd89cb6fc854f07fdb9507869a3f7dc43b647f878db7361ef3e7456f0"`,
    );
  });

  test('does not depend on owners, times, umask, attributes and hard links', async ({ project }) => {
    const before = await treeOf(project, 'etc');
    const motd = path.join(project, 'etc/motd');
    fs.chmodSync(motd, 0o600);
    fs.chmodSync(path.join(project, 'etc/sub'), 0o700);
    fs.utimesSync(motd, 1, 1);
    fs.linkSync(motd, path.join(project, 'hard link'));
    if (process.getuid?.() === 0) fs.chownSync(motd, 1234, 5678);

    expect(await treeOf(project, 'etc')).toBe(before);
  });

  test('does not tell two names of one file from two files', async ({ project }) => {
    fs.copyFileSync(path.join(project, 'etc/motd'), path.join(project, 'etc/twin'));
    const copied = await treeOf(project, 'etc');
    fs.rmSync(path.join(project, 'etc/twin'));
    fs.linkSync(path.join(project, 'etc/motd'), path.join(project, 'etc/twin'));

    expect(await treeOf(project, 'etc')).toBe(copied);
  });

  test.for([
    ['bytes', (project: string) => fs.writeFileSync(path.join(project, 'etc/motd'), 'other\n')],
    ['a name', (project: string) => fs.renameSync(path.join(project, 'etc/motd'), path.join(project, 'etc/issue'))],
    ['the right to execute', (project: string) => fs.chmodSync(path.join(project, 'etc/motd'), 0o755)],
    ['an empty directory', (project: string) => fs.mkdirSync(path.join(project, 'etc/empty'))],
  ] as const)('depends on %s', async ([, change], { project }) => {
    const before = await treeOf(project, 'etc');
    change(project);

    expect(await treeOf(project, 'etc')).not.toBe(before);
  });

  test('has the mode that is asked for', async ({ project }) => {
    const { entries } = await readProjectFiles(project, request('etc', { mode: '0640' }));

    expect(entries.map(({ path: name, mode }) => `${name} ${mode.toString(8)}`)).toEqual([
      ...[' 755', 'link 777', 'motd 640', 'sub 755', 'sub/run.sh 640'],
    ]);
    expect(await treeOf(project, 'etc', '0640')).not.toBe(await treeOf(project, 'etc'));
  });
});

describe('what is refused', () => {
  const refused = (project: string, source: string) =>
    expect(readProjectFiles(project, request(source))).rejects.toMatchObject({
      code: 'FILES_INVALID',
      message: expect.stringContaining(`\`${source}\``),
    });

  test('something that is not there', ({ project }) => refused(project, 'nothing'));

  test('a way out by a link', async ({ project }) => {
    fs.symlinkSync('/etc', path.join(project, 'out'));
    fs.symlinkSync('..', path.join(project, 'up'));
    fs.mkdirSync(`${project}-evil`);

    await refused(project, 'out');
    await refused(project, 'out/passwd');
    await refused(project, 'up');
    fs.symlinkSync(`${project}-evil`, path.join(project, 'neighbour'));
    await refused(project, 'neighbour');
  });

  test('the whole project, by a link', async ({ project }) => {
    fs.symlinkSync('.', path.join(project, 'self'));

    await refused(project, 'self');
  });

  test('a link to itself', async ({ project }) => {
    fs.symlinkSync('loop', path.join(project, 'loop'));

    await refused(project, 'loop');
  });

  test('a pipe, alone and in a directory, without waiting for it', async ({ project }) => {
    execFileSync('mkfifo', [path.join(project, 'etc/pipe')]);

    await refused(project, 'etc/pipe');
    await expect(readProjectFiles(project, request('etc'))).rejects.toThrow('`/pipe`');
  });

  test('a socket in a directory', async ({ project }) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path.join(project, 'etc/socket'), resolve));

    await expect(readProjectFiles(project, request('etc'))).rejects.toThrow('`/socket`');
    server.close();
  });
});

test('a link inside the project leads to what is meant', async ({ project }) => {
  fs.symlinkSync('etc', path.join(project, 'current'));

  expect(await treeOf(project, 'current')).toBe(await treeOf(project, 'etc'));
});

describe('a layer of files', () => {
  test('holds them, on top of what is below', async ({ project }) => {
    await using opened = await makeTestStore();
    const { store } = opened;
    await using scratch = await store.scratch(testIds);
    const image = await scratch.make('image');
    runInIdSpace('sh', '-euc', 'cd "$1"; mkdir -p usr/bin var; ln -s usr/bin bin; chmod 1777 var', 'sh', image);
    if (testIds === 'full') runInIdSpace('chown', '0:50', `${image}/var`);
    const { digest } = await store.trees.consume(image, testIds);
    const requests = [request('etc', { target: '/bin' }), request('etc/motd', { target: '/var/motd', mode: '0600' })];
    const pins = await Promise.all(requests.map((each) => pinOf(project, each)));

    const layer = await store.trees.place({ project, requests, pins, lower: [digest], ids: testIds });

    const checkout = await store.trees.checkout(layer.digest, testIds);
    const listed = runInIdSpace(
      'sh',
      '-euc',
      'cd "$1"; find . -printf "%P %y %m %U:%G [%l]\\n" | LC_ALL=C sort',
      'sh',
      checkout,
    );
    expect(listed.trimEnd().split('\n')).toEqual([
      ' d 755 0:0 []',
      'usr d 755 0:0 []',
      'usr/bin d 755 0:0 []',
      'usr/bin/link l 777 0:0 [/outside/of/everything]',
      'usr/bin/motd f 644 0:0 []',
      'usr/bin/sub d 755 0:0 []',
      'usr/bin/sub/run.sh f 755 0:0 []',
      `var d 1777 0:${testIds === 'full' ? 50 : 0} []`,
      'var/motd f 600 0:0 []',
    ]);
    expect(layer).toEqual(await store.trees.place({ project, requests, pins, lower: [digest], ids: testIds }));
  });

  test('is refused where the project has other files than are pinned, and leaves nothing', async ({ project }) => {
    await using opened = await makeTestStore();
    const { store } = opened;
    const { digest } = await consumeFeatureTree(store);
    const requests = [request('etc')];
    const pins = await Promise.all(requests.map((each) => pinOf(project, each)));
    const trees = (): readonly string[] => fs.readdirSync(path.join(store.root, 'checkouts')).toSorted();
    const before = trees();
    fs.appendFileSync(path.join(project, 'etc/motd'), 'more');

    await expect(store.trees.place({ project, requests, pins, lower: [digest], ids: testIds })).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining('`etc`'),
    });
    expect(trees()).toEqual(before);
  });

  test('is given up when it is stopped, and leaves nothing', async ({ project }) => {
    await using opened = await makeTestStore();
    const { store } = opened;
    const { digest } = await consumeFeatureTree(store);
    const requests = [request('etc')];
    const pins = await Promise.all(requests.map((each) => pinOf(project, each)));
    const left = () => ['trees', 'tmp'].map((name) => fs.readdirSync(path.join(store.root, name), { recursive: true }));
    const before = left();

    const signal = AbortSignal.abort(new Error('stopped'));
    const placing = store.trees.place({ project, requests, pins, lower: [digest], ids: testIds, signal });

    await expect(placing).rejects.toThrow('stopped');
    expect(left()).toEqual(before);
  });
});
