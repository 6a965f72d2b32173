import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const RUNNABLE = /^```sh test\n(.*?)^```$/gms;

const scripts = await findScripts();

test('the documentation has examples to run', () => {
  expect(Object.keys(scripts)).toContain('README.md');
});

test.for(Object.entries(scripts))('the examples of %s run', async ([, script]) => {
  const directory = await mkdtemp(join(tmpdir(), 'karapace-docs-'));
  try {
    await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
    const { PATH = '' } = process.env;
    const env = { PATH, HOME: directory, KARAPACE_STORE: join(directory, 'store') };
    const run = promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: directory, env });

    await expect(run).resolves.toBeDefined();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

/** The blocks of each page that begin with ```` ```sh test ````, one script per page. */
async function findScripts(): Promise<Readonly<Record<string, string>>> {
  const pages = globSync(['README.md', 'docs/**/*.md'], { cwd: root });
  const found = await Promise.all(pages.map(async (page) => [page, await runnable(page)] as const));
  return Object.fromEntries(found.filter(([, script]) => script !== ''));
}

async function runnable(page: string): Promise<string> {
  const text = await readFile(join(root, page), 'utf8');
  return [...text.matchAll(RUNNABLE)].map(([, script]) => script).join('\n');
}
