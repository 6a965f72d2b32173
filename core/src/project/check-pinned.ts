import type { ImageSource } from '../contracts/image-source.ts';
import { KarapaceError, type SourcePlace } from '../errors.ts';
import type { Project } from '../stages/init.ts';

/**
 * @param place where the reference stands, if that is known better than by the file
 * @throws KarapaceError `IMAGE_UNPINNED`
 */
export function checkPinned(
  source: ImageSource,
  { manifest, file }: Pick<Project, 'manifest' | 'file'>,
  place: SourcePlace = { file },
): void {
  const reference = manifest.base.image;
  if (source.isPinned(reference)) return;
  throw new KarapaceError(
    'IMAGE_UNPINNED',
    `The image \`${reference}\` is not pinned: it may mean other bytes tomorrow`,
    { hint: 'Run `karapace pin`, which writes the digest of its tree behind it.', place },
  );
}
