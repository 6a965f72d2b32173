import { mkdtemp, mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runSample } from '@karapace/core/testing';
import { expect } from 'vitest';

import { openNamespaceBackend } from '../src/open-namespace-backend.ts';
import { makeTools } from './fixtures/make-tools.ts';
import { endOf, startClient } from './fixtures/start-client.ts';
import { test as base } from './sandbox-test.ts';

const test = base.extend('stepPlace', async ({}, { onCleanup }) => {
  const place = await mkdtemp(join(tmpdir(), 'karapace-step-'));
  onCleanup(() => rm(place, { recursive: true }));
  const [directory, work] = [join(place, 'upper'), join(place, 'work')];
  await Promise.all([mkdir(directory), mkdir(work)]);
  return { directory, work };
});

test('each of the 256 exit codes arrives', async ({ box }) => {
  const codes = Array.from({ length: 256 }, (_, code) => code);
  const found: number[] = [];
  // A few at a time: each is half a dozen processes.
  const next = async (): Promise<void> => {
    for (let code = codes.pop(); code !== undefined; code = codes.pop()) {
      found[code] = (await box.shell(`exit ${code}`)).code;
    }
  };
  await Promise.all(Array.from({ length: 4 }, next));

  expect(found).toEqual(Array.from({ length: 256 }, (_, code) => code));
});

test('a command that a signal ends gives 128 and its number', async ({ box }) => {
  const numbers = [1, 2, 3, 4, 6, 8, 9, 11, 13, 14, 15, 24, 25, 31];
  const runs = await Promise.all(numbers.map((number) => box.shell(`kill -${number} $$; sleep 60`)));

  expect(runs.map(({ code }) => code)).toEqual(numbers.map((number) => 128 + number));
});

test('codes and signals arrive on inherited streams too', async ({ box }) => {
  expect(await endOf(startClient(box.spec(['sh', '-c', 'exit 42'])))).toMatchObject({ code: 42 });
  expect(await endOf(startClient(box.spec(['sh', '-c', 'kill -9 $$'])))).toMatchObject({ code: 137 });
});

test.for(['/etc/passwd', '/etc', '/etc/passwd/below'])(
  '`%s`, which cannot be executed, gives 126',
  async (path, { box }) => {
    expect(await endOf(startClient(box.spec([path])))).toMatchObject({
      code: 126,
      stderr: expect.stringContaining(path) as string,
    });
  },
);

test.for([
  ['/nosuch', 127],
  ['nosuch', 127],
  ['/etc/passwd', 126],
  ['/etc', 126],
] as const)('a build step `%s` gives %i and leaves nothing behind', async ([command, code], { box, stepPlace }) => {
  // The kernel takes such an upper only once, and here nothing else takes what it had.
  const upper = { kind: 'directory', volatile: true, ...stepPlace } as const;
  const fuse = `[ ! -e ${stepPlace.work}/work/incompat ] && exec /usr/bin/fuse-overlayfs "$@"`;
  const backend = openNamespaceBackend({ toolDirectories: [await makeTools([], { 'fuse-overlayfs': fuse })] });
  const spec = box.spec([command], { root: { kind: 'layers', lower: [box.root], upper } });

  expect(await runSample(backend, spec)).toMatchObject({ code, stderr: expect.stringContaining(command) as string });
  expect(await readdir(stepPlace.directory)).toEqual([]);
});

test('a working directory that is missing is an error and no exit code', async ({ box }) => {
  await expect(box.shell('true', { workingDirectory: '/no/such' })).rejects.toMatchObject({
    code: 'SANDBOX_FAILED',
    message: expect.stringContaining('/no/such') as string,
  });
});
