import fs from 'node:fs';

import { KarapaceError, type SandboxSpec } from '@karapace/core';

/** The kernel's own file systems, and `/`, which carries them along: inside, they would undo what the sandbox is for. */
const KERNEL_PLACES = /^\/(?:(?:dev|proc|sys)(?:\/.*)?)?$/u;

/**
 * Refuses mounts that lead, through whatever links, into the kernel's own file systems.
 *
 * @throws KarapaceError `SANDBOX_FAILED`
 */
export function checkSources({ mounts }: SandboxSpec): void {
  for (const { source } of mounts) {
    const real = realPath(source);
    if (real === undefined || !KERNEL_PLACES.test(real)) continue;
    throw new KarapaceError('SANDBOX_FAILED', `\`${source}\` cannot be mounted: it is \`${real}\``, {
      hint: 'Mount a directory of files; `/` and what is in `/dev`, `/proc` and `/sys` stay outside.',
    });
  }
}

/** A source that does not exist is named when it is mounted. */
function realPath(source: string): string | undefined {
  try {
    return fs.realpathSync(source);
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw new KarapaceError('SANDBOX_FAILED', `\`${source}\` cannot be mounted: where it leads cannot be seen`, {
      hint: 'Mount a directory that you can enter.',
      cause,
    });
  }
}
