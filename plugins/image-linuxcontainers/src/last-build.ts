import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { KarapaceError, type ResolveContext } from '@karapace/core';

import { compareBuilds } from './index-page.ts';

export interface SeenBuild {
  readonly build: string;
  readonly sha256: string;
}

/**
 * Remembers what an address had last, and refuses what is older, or other than it was: somebody gives out what was signed long ago.
 *
 * @throws KarapaceError `MIRROR_FAILED`
 */
export async function checkNotOlder(address: string, found: SeenBuild, context: ResolveContext): Promise<void> {
  const name = createHash('sha256').update(address).digest('hex');
  const file = path.join(await context.cache('image-linuxcontainers'), name);
  const seen = await readSeen(file);
  const order = seen === undefined ? 1 : compareBuilds(found.build, seen.build);
  const isSame = order === 0 && seen?.sha256 === found.sha256;
  if (seen !== undefined && order <= 0 && !isSame) throw rolledBack({ address, file, found, seen });
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, `${JSON.stringify({ build: found.build, sha256: found.sha256 })}\n`);
  await rename(temporary, file);
}

/** Nothing where there is no note, or one that is damaged: it is in a cache. */
async function readSeen(file: string): Promise<SeenBuild | undefined> {
  try {
    const { build, sha256 } = (JSON.parse(await readFile(file, 'utf8')) ?? {}) as Partial<SeenBuild>;
    return typeof build === 'string' && typeof sha256 === 'string' ? { build, sha256 } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

interface Rollback {
  readonly address: string;
  readonly file: string;
  readonly found: SeenBuild;
  readonly seen: SeenBuild;
}

function rolledBack({ address, file, found, seen }: Rollback): KarapaceError {
  const what =
    found.build === seen.build
      ? `has other bytes in \`${found.build}\` than it had before`
      : `has \`${found.build}\` as its newest build, and had \`${seen.build}\` before`;
  return new KarapaceError('MIRROR_FAILED', `The image server \`${address}\` ${what}`, {
    hint: `Try again later. If that build was withdrawn, forget it with \`rm ${file}\`.`,
  });
}
