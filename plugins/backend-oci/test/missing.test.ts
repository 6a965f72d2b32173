import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createHooks } from '@karapace/core';
import { makeTestRoot, runSample, sampleSpec, type TestRoot } from '@karapace/core/testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { checkInstalled } from '../src/check-installed.ts';
import { backendOci } from '../src/index.ts';
import { openOciBackend } from '../src/open-oci-backend.ts';

let root: TestRoot;
beforeAll(async () => {
  root = await makeTestRoot();
});
afterAll(() => root[Symbol.asyncDispose]());

/** A directory with the host's tools, except for some, and with scripts in the place of others. */
async function makeTools(without: readonly string[], scripts: Readonly<Record<string, string>> = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'karapace-tools-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const left = new Set([...without, ...Object.keys(scripts)]);
  for (const place of ['/usr/bin', '/usr/sbin']) {
    for (const name of (await readdir(place)).filter((each) => !left.has(each))) {
      left.add(name);
      await symlink(join(place, name), join(directory, name));
    }
  }
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return directory;
}

const sample = () => sampleSpec(root.directory, 'single', { command: ['true'] });

test.for([
  { without: ['crun'], runtime: 'crun', named: 'crun' },
  { without: ['crun', 'runc', 'youki'], runtime: null, named: 'crun' },
  { without: ['tini-static'], runtime: 'crun', named: 'tini-static' },
] as const)('without $without, what is missing is named, with the way to it', async ({ without, runtime, named }) => {
  const backend = openOciBackend({ name: 'oci', runtime, toolDirectories: [await makeTools(without)] });

  await expect(runSample(backend, sample())).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: expect.stringContaining(named) as string,
    hint: expect.stringContaining('karapace doctor --fix') as string,
  });
  expect((await backend.doctor()).find(({ id }) => id === named)).toMatchObject({
    state: 'failed',
    fix: { debianPackages: [expect.any(String)] },
  });
});

test('without crun, runc is taken', async () => {
  const backend = openOciBackend({ name: 'oci', runtime: null, toolDirectories: [await makeTools(['crun'])] });

  expect(backend.plan(sample()).join('\n')).toContain('bundle for runc');
  expect((await runSample(backend, sample())).code).toBe(0);
});

test('what a runtime writes to its log as an error is the error, and no exit code', async () => {
  const script = `while [ "$1" != --log ]; do shift; done; echo '{"level":"error","msg":"no such thing"}' >"$2"; exit 0`;
  const tools = await makeTools([], { crun: script });
  const backend = openOciBackend({ name: 'oci', runtime: 'crun', toolDirectories: [tools] });

  await expect(runSample(backend, sample())).rejects.toMatchObject({
    code: 'SANDBOX_FAILED',
    message: 'The sandbox cannot be set up: crun: no such thing',
  });
});

test.for([
  ['exits 0 without doing anything', 'exit 0'],
  ['exits 1 without a word', 'exit 1'],
  ['dies of a signal', 'kill -9 $$'],
])('a runtime that %s is never taken for a command that succeeded', async ([, script = '']) => {
  const tools = await makeTools([], { crun: script });
  const backend = openOciBackend({ name: 'oci', runtime: 'crun', toolDirectories: [tools] });

  await expect(runSample(backend, sample())).rejects.toMatchObject({
    code: 'SANDBOX_FAILED',
    message: expect.stringContaining('started nothing') as string,
  });
});

test.for([
  { without: [], state: 'ok', detail: 'crun', fix: 'null' },
  { without: ['crun', 'runc', 'youki'], state: 'warning', detail: 'none is installed', fix: 'install crun`' },
  { without: ['tini-static'], state: 'warning', detail: '`tini-static`', fix: 'install tini`' },
])('without $without, projects that need no runtime are told which there are', async (each) => {
  const { state, detail, fix } = checkInstalled([await makeTools(each.without)]);

  expect(state).toBe(each.state);
  expect(detail).toContain(each.detail);
  expect(JSON.stringify(fix)).toContain(each.fix);
});

test('the plugin adds the runtimes to what doctor found', async () => {
  const hooks = createHooks();
  backendOci({ toolDirectories: [await makeTools(['crun', 'runc', 'youki'])] }).apply({ hooks });

  expect((await hooks.checkMachine.promise([])).map(({ id, state }) => `${id} ${state}`)).toEqual([
    'oci-runtimes warning',
  ]);
});

test('youki, which Debian has no package of, is not promised to be installed', async () => {
  const toolDirectories = [await makeTools(['youki'])];
  const backend = openOciBackend({ name: 'oci-youki', runtime: 'youki', toolDirectories });
  const description = expect.stringContaining('Debian has no package of it') as string;

  await expect(runSample(backend, sample())).rejects.toMatchObject({ code: 'TOOL_MISSING', hint: description });
  expect((await backend.doctor()).find(({ id }) => id === 'youki')?.fix).toEqual({ description });
});
