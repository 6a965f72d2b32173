import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

import type { ArchivePin } from '../contracts/lock.ts';
import type { ResolveContext } from '../contracts/tool-context.ts';
import { KarapaceError } from '../errors.ts';
import { hasCode } from './system-error.ts';

/**
 * Keeps an archive that a tool has fetched in its sandbox, as to check its signature, so that it is not fetched again.
 *
 * @param file where the tool left it. A stranger wrote there, so that nothing is followed and only plain files are read
 * @returns whether there is something in its place
 * @throws KarapaceError `TOOL_FAILED` where that is no plain file, `MIRROR_FAILED` where it has other bytes than are pinned
 */
export async function keepFetched(
  pin: ArchivePin,
  file: string,
  { keep }: Pick<ResolveContext, 'keep'>,
): Promise<boolean> {
  await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (cause: unknown) => {
      if (hasCode(cause, 'ENOENT')) return undefined;
      throw noPlainFile(pin, cause);
    },
  );
  if (handle === undefined) return false;
  const found = await handle.stat();
  if (!found.isFile()) throw noPlainFile(pin);
  const { name, version, arch, url } = pin;
  const kept =
    found.size === pin.size &&
    (await keep({ name, version, arch, url }, handle.createReadStream({ autoClose: false })));
  if (kept !== false && kept.sha256 === pin.sha256) return true;
  throw new KarapaceError('MIRROR_FAILED', `\`${name}\` as it came from \`${url}\` is not what the metadata says`, {
    hint: 'Use another mirror.',
  });
}

function noPlainFile({ name }: ArchivePin, cause?: unknown): KarapaceError {
  return new KarapaceError('TOOL_FAILED', `What was fetched as \`${name}\` is no plain file`, { cause });
}
