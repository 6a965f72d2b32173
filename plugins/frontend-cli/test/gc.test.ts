import { appendFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { makeSandbox, runKarapace, type Run } from './run-karapace.ts';

const MANIFEST = `manifest_version = 1
[base]
image = "debian/trixie"
[system]
packages = ["git"]
[runtime]
backend = "mock"
`;

async function makeGarbage() {
  const box = await makeSandbox();
  await writeFile(path.join(box.folder, 'karapace.toml'), MANIFEST);
  const run = (...args: string[]): Promise<Run> => runKarapace(args, { cwd: box.folder, environment: box.environment });
  await run('build', '--name', 'dev');
  await run('destroy', 'dev', '--yes');
  await setTimeout(120);
  return { ...box, run };
}

test('gc says what will go, the heaviest layer first, removes it and says what was freed', async () => {
  await using box = await makeGarbage();

  const dry = await box.run('gc', '--dry-run');
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toMatch(
    /^LAYER +BYTES +LAST USED +KIND\n[0-9a-f]{12} +\d+ B +\d{4}-\d\d-\d\d \d\d:\d\d +packages\n[0-9a-f]{12} +\d+ B .* base\n\nTo be freed: .*\n2 layers, 2 trees, 2 checkouts, 3 archives, \d+ objects would go\.\n$/,
  );
  const json = JSON.parse((await box.run('gc', '--dry-run', '--json')).stdout) as object;
  expect(json).toMatchObject({ format: 1, status: 'planned', environments: [], trees: 2 });

  const { stdout } = await box.run('gc');
  const [plan, freed] = [dry.stdout.split('\n').slice(0, -2), stdout.split('\n').slice(0, -2)];
  expect(freed).toEqual(plan);
  expect(stdout).toMatch(/\nFreed .*iB: 2 layers, 2 trees, 2 checkouts, 3 archives, \d+ objects\.\n$/);
  expect(await box.run('gc')).toEqual({ code: 0, stdout: '', stderr: 'There is nothing to remove.\n' });
});

test('gc removes nothing, with exit code 3, where something is damaged', async () => {
  await using box = await makeGarbage();
  const layers = path.join(box.folder, 'store', 'layers');
  const [layer = ''] = await readdir(layers);
  await appendFile(path.join(layers, layer), 'x');

  const { code, stderr } = await box.run('gc');

  expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('error[STORE_CORRUPT]') as string });
  expect(stderr).toContain(layer);
  expect(await readdir(layers)).toHaveLength(2);
});
