import type { ImageSource } from './contracts/image-source.ts';
import { KarapaceError } from './errors.ts';
import type { Project } from './stages/init.ts';

/** @throws KarapaceError `IMAGE_UNPINNED` */
export function checkPinned(source: ImageSource, { manifest, file }: Pick<Project, 'manifest' | 'file'>): void {
  const reference = manifest.base.image;
  if (source.isPinned(reference)) return;
  throw new KarapaceError(
    'IMAGE_UNPINNED',
    `The image \`${reference}\` is not pinned, and \`--require-pinned-image\` demands it`,
    {
      hint: `Write \`image = "${reference}@<tree>"\`; \`karapace inspect <env> --json\` shows the tree of its base layer.`,
      place: { file },
    },
  );
}
