import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect, test } from 'vitest';

import { manifestWithRun } from './mock-manifests.ts';
import { makeSandbox, runKarapace } from './run-karapace.ts';

test('--events prints what happens as one object per line, and the result or the error as the last', async () => {
  await using box = await makeSandbox();
  const build = async (command: string) => {
    await writeFile(path.join(box.folder, 'karapace.toml'), manifestWithRun(command));
    const run = await runKarapace(['build', '--events', 'ndjson'], { cwd: box.folder, environment: box.environment });
    const lines = run.stdout.trimEnd().split('\n');
    return { ...run, events: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
  };

  const built = await build('echo hello');
  const failed = await build('false');

  const names = built.events.map(({ event }) => event);
  expect([built.code, built.stderr]).toEqual([0, '']);
  expect(built.events.every(({ format }) => format === 1)).toBe(true);
  expect(new Set(names)).toEqual(
    new Set([
      ...['stage-started', 'stage-finished', 'layer-started', 'layer-phase-started', 'layer-phase-finished'],
      ...['layer-built', 'download', 'output', undefined],
    ]),
  );
  expect(built.events).toContainEqual(expect.objectContaining({ event: 'output', line: 'hello' }));
  expect(built.events.filter(({ event }) => event === 'download').at(-1)).toMatchObject({
    files_done: expect.any(Number),
  });
  expect(built.events.at(-1)).toMatchObject({ status: 'built', env_id: expect.any(String) });
  expect(names.indexOf(undefined)).toBe(names.length - 1);
  expect([failed.code, failed.events.at(-1)]).toEqual([
    1,
    { format: 1, error: expect.objectContaining({ code: 'BUILD_FAILED' }) },
  ]);
  expect(failed.events).toContainEqual(expect.objectContaining({ event: 'layer-failed', name: 'run-tool' }));
});

test('another form of events is a usage error', async () => {
  await using box = await makeSandbox();

  const run = await runKarapace(['build', '--events', 'xml'], { cwd: box.folder, environment: box.environment });

  expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('fix: Write `--events ndjson`.')]);
});
