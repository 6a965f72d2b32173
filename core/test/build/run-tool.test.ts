import { expect, test } from 'vitest';

import { runTool, type ToolRunner } from '../../src/build/run-tool.ts';
import type { Backend } from '../../src/contracts/backend.ts';
import type { ExitStatus, SandboxSpec } from '../../src/contracts/sandbox.ts';
import { NO_LIMITS } from '../../src/manifest/limit-names.ts';

/** A backend whose every program fails with this on its standard error. */
function failing(text: string): Backend {
  const start: Backend['start'] = async (_spec, { streams }) => {
    if (typeof streams.stderr === 'function') streams.stderr(Buffer.from(text));
    return { pid: 1, kill: () => {}, wait: async () => ({ code: 1 }) } as unknown as Awaited<
      ReturnType<Backend['start']>
    >;
  };
  return { start } as unknown as Backend;
}

const runner = (more: Partial<ToolRunner> = {}): ToolRunner => ({
  backend: failing('a\ntar: /var/x: Cannot write: No space left on device\nb\n'),
  ids: 'single',
  offline: true,
  signal: new AbortController().signal,
  onLine: () => {},
  ...more,
});

/** A backend whose every program ends so. */
function ending(status: ExitStatus, onStart: (spec: SandboxSpec) => void = () => {}): Backend {
  const start = async (spec: SandboxSpec) => {
    onStart(spec);
    return { wait: async () => status };
  };
  return { start } as unknown as Backend;
}

test.for([0, 137])('a program that reached a limit failed, although it ends with %s', async (code) => {
  const limits = { ...NO_LIMITS, memory_limit_mb: 64 };
  const specs: SandboxSpec[] = [];
  const backend = ending({ code, limit: 'memory_limit_mb' }, (spec) => specs.push(spec));

  await expect(
    runTool({ root: { kind: 'tools' }, command: ['dpkg'] }, runner({ backend, limits })),
  ).rejects.toMatchObject({
    code: 'BUILD_FAILED',
    message: '`dpkg` was stopped: the memory limit of 64 MB was reached',
    hint: expect.stringContaining('`memory_limit_mb`') as string,
  });
  expect(specs.map((spec) => spec.limits)).toEqual([limits]);
});

test('a program that finds the disk full is told of with the line that says where', async () => {
  await expect(runTool({ root: { kind: 'tools' }, command: ['sh'] }, runner())).rejects.toMatchObject({
    code: 'STORE_FULL',
    cause: 'tar: /var/x: Cannot write: No space left on device',
  });
});

test.each([
  ['Resolving the manifest', 'Run it without `--offline`'],
  [undefined, 'Run `karapace build` once without `--offline`'],
])('offline, %s has its own way out', async (purpose, hint) => {
  const run = { root: { kind: 'tools' }, command: ['sh'], network: 'host' } as const;

  await expect(runTool(run, runner({ purpose }))).rejects.toMatchObject({
    code: 'OFFLINE',
    hint: expect.stringContaining(hint) as string,
  });
});
