import { access } from 'node:fs/promises';

import { KarapaceError, type ToolResult } from '@karapace/core';

/** What a shell ends with when there is no such program. */
const NOT_FOUND = 127;

/** @throws KarapaceError `TOOL_MISSING` when the script ended because the machine lacks a program */
export function checkTools({ code, stderr }: ToolResult): void {
  if (code !== NOT_FOUND) return;
  const [, tool] = /(\S+): (?:not found|Permission denied)$/mu.exec(stderr) ?? [];
  // A runtime that cannot start the shell ends with the same code.
  if (tool === undefined) return;
  throw new KarapaceError('TOOL_MISSING', `The program \`${tool}\` is missing, and images are made with it`, {
    hint: 'Run `karapace doctor --fix`.',
  });
}

/** @throws KarapaceError `TOOL_MISSING` */
export async function checkKeyring(file: string, debianPackage: string): Promise<void> {
  if (await isReadable(file)) return;
  throw new KarapaceError(
    'TOOL_MISSING',
    `The keyring \`${file}\` is missing, and without it no archive can be trusted`,
    {
      hint: installHint(debianPackage),
    },
  );
}

/** Not every release of Debian has Ubuntu's keys, so that `karapace doctor --fix` cannot promise to get them. */
function installHint(debianPackage: string): string {
  const origin = debianPackage.startsWith('ubuntu') ? ' It comes with Debian 13 and later, or from Ubuntu.' : '';
  return `As root, run \`apt-get install ${debianPackage}\`.${origin}`;
}

export async function isReadable(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
