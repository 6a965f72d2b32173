import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { KarapaceError, type ArchivePin, type ResolveContext } from '@karapace/core';

/**
 * Keeps an archive that pacman has fetched to check its signature, so that it is not fetched again.
 *
 * @param directory where pacman left it. A stranger wrote there, so that nothing is followed and only plain files are read
 * @throws KarapaceError `TOOL_FAILED` where it is not there, `MIRROR_FAILED` where it is not what the database says
 */
export async function keepChecked(pin: ArchivePin, directory: string, context: ResolveContext): Promise<void> {
  const file = join(directory, pin.url.slice(pin.url.lastIndexOf('/') + 1));
  await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (cause: unknown) => {
      throw notThere(pin, cause);
    },
  );
  const found = await handle.stat();
  if (!found.isFile()) throw notThere(pin);
  const { name, version, arch, url } = pin;
  const kept =
    found.size === pin.size &&
    (await context.keep({ name, version, arch, url }, handle.createReadStream({ autoClose: false })));
  if (kept !== false && kept.sha256 === pin.sha256) return;
  throw new KarapaceError('MIRROR_FAILED', `\`${name}\` as it came from \`${url}\` is not what the database says`, {
    hint: 'Use another mirror.',
  });
}

function notThere({ name }: ArchivePin, cause?: unknown): KarapaceError {
  return new KarapaceError('TOOL_FAILED', `pacman says that it has fetched \`${name}\`, and did not leave it`, {
    cause,
  });
}
