import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { ResolveContext, ToolResult } from '@karapace/core';

import { DEFAULTS_SCRIPT } from './resolve-script.ts';

const PROGRAM = '/usr/bin/mmdebstrap';

/**
 * What mmdebstrap says of this machine: dpkg's name of the architecture, and then the sources.list that it makes for a
 * suite. The same program always says the same, so it is asked once.
 *
 * @param suite empty: the architecture alone
 * @param check throws where the answer cannot be used
 */
export async function askMmdebstrap(
  suite: string,
  context: ResolveContext,
  check: (result: ToolResult) => void,
): Promise<string> {
  const file = path.join(await context.cache('mmdebstrap'), await keyOf(suite));
  const known = await readIfThere(file);
  // One that a machine which lost its power has left empty is none.
  if (known !== undefined && known !== '') return known;
  const result = await context.run({ root: { kind: 'tools' }, command: ['sh', '-euc', DEFAULTS_SCRIPT, 'sh', suite] });
  check(result);
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, result.stdout);
  await rename(temporary, file);
  return result.stdout;
}

async function keyOf(suite: string): Promise<string> {
  const program = await readIfThere(PROGRAM);
  return createHash('sha256')
    .update(JSON.stringify([suite, process.arch, DEFAULTS_SCRIPT, program ?? null]))
    .digest('hex');
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
