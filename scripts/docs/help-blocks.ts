import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { root } from '../setup/workspace.js';

const PROGRAM = join(root, 'plugins/frontend-cli/bin/karapace.js');
const BLOCK = /(?<=^```console\n)\$ karapace (?<words>.*--help)\n[^]*?(?=^```$)/gm;

/** A page in which what each `karapace … --help` prints is what the sources print now. */
export async function renewHelp(page: string): Promise<string> {
  const asked = Array.from(page.matchAll(BLOCK), ({ groups }) => groups?.['words'] ?? '');
  const answers = new Map(await Promise.all(asked.map(async (words) => [words, await help(words)] as const)));
  return page.replaceAll(BLOCK, (_, words: string) => `$ karapace ${words}\n${answers.get(words) ?? ''}`);
}

async function help(words: string): Promise<string> {
  const args = ['--conditions=karapace-source', PROGRAM, ...words.split(' ')];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}
