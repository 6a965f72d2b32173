import { readFile } from 'node:fs/promises';

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
