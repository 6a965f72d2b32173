import { readFile } from 'node:fs/promises';

import { ERROR_CODES } from '@karapace/core';
import { expect, test } from 'vitest';

import { VERBS } from '../src/verbs.ts';
import { runKarapace } from './run-karapace.ts';

const readDocument = (name: string) => readFile(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

test.for([[], ...VERBS.map(({ name }) => [name])])(
  'docs/cli.md has the help of `karapace %s` word for word',
  async (verb) => {
    const { stdout, stderr, code } = await runKarapace([...verb, '--help'], { environment: {} });

    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(await readDocument('cli.md')).toContain(`$ karapace ${[...verb, '--help'].join(' ')}\n${stdout}\`\`\``);
  },
);

test('docs/errors.md explains every code with cause and cure, and no other', async () => {
  const sections = (await readDocument('errors.md')).split(/^### /m).slice(1);
  const explained = sections.map((section) => /^`(?<code>\w+)`/.exec(section)?.groups?.['code']);

  expect(new Set(explained)).toEqual(new Set([...Object.keys(ERROR_CODES), 'BUG', 'NODE_TOO_OLD']));
  expect(explained).toHaveLength(new Set(explained).size);
  for (const section of sections) expect(section).toMatch(/\n\nCause: [^\n]+[^]*\nCure: [^\n]+/);
});

test('docs/errors.md names the exit code of every error', async () => {
  const document = await readDocument('errors.md');

  for (const [code, exitCode] of Object.entries(ERROR_CODES))
    expect(document).toContain(`\n### \`${code}\` (exit code ${exitCode})\n`);
});
