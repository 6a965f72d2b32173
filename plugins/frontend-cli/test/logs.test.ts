import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect, test } from 'vitest';

import { manifestWithRun } from './mock-manifests.ts';
import { makeSandbox, runKarapace, type Run } from './run-karapace.ts';

test('what build steps print is kept by layer, also of a build that failed, which says where', async () => {
  await using box = await makeSandbox();
  const folder = path.join(box.folder, 'project');
  await mkdir(folder);
  const karapace = (...args: readonly string[]): Promise<Run> =>
    runKarapace(args, { cwd: folder, environment: box.environment });

  await writeFile(path.join(folder, 'karapace.toml'), manifestWithRun('echo built \u001b[31mred'));
  await karapace('build', '--name', 'dev');
  const all = await karapace('logs', 'dev');
  const one = await karapace('logs', '--layer', 'run-tool');
  const record = JSON.parse((await karapace('logs', '--json')).stdout) as { layers: { name: string; log: object }[] };
  await writeFile(path.join(folder, 'karapace.toml'), manifestWithRun('cat /nowhere'));
  const failed = await karapace('build');
  const [, key = ''] = /karapace logs --layer (?<key>[0-9a-f]{12})`/u.exec(failed.stderr) ?? [];
  const afterFailure = await karapace('logs', '--layer', key);
  const unknown = await karapace('logs', '--layer', 'ffffffffffff');
  const unnamed = await karapace('logs', 'dev', '--layer', 'tool');

  expect(all.stdout).toMatch(/^== base [0-9a-f]{12}/u);
  expect(one).toMatchObject({ code: 0, stderr: '' });
  expect(one.stdout).toMatch(
    /^== run-tool [0-9a-f]{12}\n\$ echo built .*\nbuilt \\x1b\[31mred\n\[ended with code 0\]\n$/u,
  );
  expect(record.layers.find(({ name }) => name === 'run-tool')).toMatchObject({
    key: expect.stringMatching(/^[0-9a-f]{64}$/u),
    log: { file: expect.stringContaining('/cache/logs/'), bytes: expect.any(Number) },
  });
  expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('The build step `cat /nowhere` ended')]);
  expect(afterFailure.stdout).toMatch(/^\$ cat \/nowhere\n.*\/nowhere.*\n\[ended with code 1\]\n$/u);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('error[LOG_NOT_FOUND]')]);
  expect(unnamed.stderr).toContain('fix: It has `base`, `packages`, `run-tool`.');
});
