import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { test as base, expect } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const test = base.extend<{ directory: string }>({
  directory: async ({}, use) => {
    const directory = await mkdtemp(join(tmpdir(), 'karapace-closing-'));
    await use(directory);
    await rm(directory, { recursive: true });
  },
});

test('the closing line counts what passed, failed and was skipped', async ({ directory }) => {
  const tests =
    "test('a', () => {}); test('b', () => { throw new Error('b'); }); test.skip('c', () => {}); test.todo('d');";

  expect(await closingLineOf(directory, tests)).toBe('1 passed, 1 failed, 2 skipped\n');
});

test('a test file that cannot be loaded counts as one failure', async ({ directory }) => {
  expect(await closingLineOf(directory, "throw new Error('no test was found');")).toBe(
    '0 passed, 1 failed, 0 skipped\n',
  );
});

/** Runs a test file of this text in a vitest of its own, with the repository's reporter. */
async function closingLineOf(directory: string, tests: string): Promise<string> {
  const line = join(directory, 'closing-line');
  await writeFile(join(directory, 'some.test.ts'), tests);
  const reporter = join(root, 'scripts/reporter/closing-line.ts');
  const config = `import { closingLineReporter } from ${JSON.stringify(reporter)};
    export default { test: { globals: true, reporters: [closingLineReporter(${JSON.stringify(line)})] } };`;
  await writeFile(join(directory, 'vitest.config.mts'), config);
  await runVitest(directory);
  return readFile(line, 'utf8');
}

function runVitest(directory: string): Promise<void> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  return new Promise((resolve) => {
    // It ends with 1, because tests fail that are meant to.
    execFile(process.execPath, [vitest, 'run', `--root=${directory}`], { cwd: directory }, () => resolve());
  });
}
