import { join } from 'node:path';
import { KarapaceError, keepFetched, type ArchivePin, type ResolveContext } from '@karapace/core';

/**
 * Keeps an archive that pacman has fetched to check its signature.
 *
 * @param directory where pacman left it
 * @throws KarapaceError `TOOL_FAILED` where it is not there, and those of `keepFetched`
 */
export async function keepChecked(pin: ArchivePin, directory: string, context: ResolveContext): Promise<void> {
  const file = join(directory, pin.url.slice(pin.url.lastIndexOf('/') + 1));
  if (await keepFetched(pin, file, context)) return;
  throw new KarapaceError('TOOL_FAILED', `pacman says that it has fetched \`${pin.name}\`, and did not leave it`);
}
