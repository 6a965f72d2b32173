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
    archive: { name: expect.any(String), bytes: expect.any(Number), bytes_done: expect.any(Number), is_done: true },
  });
  expect(built.events.at(-1)).toMatchObject({ status: 'built', env_id: expect.any(String) });
  expect(names.indexOf(undefined)).toBe(names.length - 1);
  expect([failed.code, failed.events.at(-1)]).toEqual([
    1,
    { format: 1, error: expect.objectContaining({ code: 'BUILD_FAILED' }) },
  ]);
  expect(failed.events).toContainEqual(expect.objectContaining({ event: 'layer-failed', name: 'run-tool' }));
});

test.each([
  [['add', 'jq'], 'stage-started', 'changed'],
  [['remove', 'git'], 'stage-started', 'changed'],
  [['outdated'], 'stage-started', 'current'],
  [['update', 'git'], 'stage-started', 'current'],
  [['pin'], 'stage-started', 'pinned'],
  [['rebuild'], 'layer-reused', 'built'],
  [['gc'], undefined, 'collected'],
  [['verify-store'], undefined, 'whole'],
  [['migrate'], undefined, 'unchanged'],
] as const)('%j tells what happens, and the result', async (command, event, status) => {
  await using box = await makeSandbox();
  const options = { cwd: box.folder, environment: box.environment };
  await writeFile(path.join(box.folder, 'karapace.toml'), manifestWithRun('echo hello'));
  await runKarapace(['build'], options);

  const { code, stdout } = await runKarapace([...command, '--events', 'ndjson'], options);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

  expect([code, events.at(-1)]).toEqual([0, expect.objectContaining({ format: 1, status })]);
  expect(events.map((each) => each['event'])).toContain(event);
});

test('another form of events is a usage error', async () => {
  await using box = await makeSandbox();

  const run = await runKarapace(['build', '--events', 'xml'], { cwd: box.folder, environment: box.environment });

  expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('fix: Write `--events ndjson`.')]);
});
