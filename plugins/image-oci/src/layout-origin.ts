import path from 'node:path';

import { KarapaceError } from '@karapace/core';

import { checkContent, digestOf, sha256Of, type Descriptor } from './descriptor.ts';
import type { ImageOrigin } from './image-origin.ts';
import { isTag, type LayoutReference } from './image-reference.ts';
import { invalidImage } from './invalid-image.ts';
import { blobAddress, readBlob, readLayoutFile } from './layout.ts';
import { LARGEST_DOCUMENT } from './parse-document.ts';
import { checkMarker, parseLayoutIndex, selectEntries, type LayoutEntry } from './parse-layout.ts';

/** Of the file `oci-layout`, in bytes. */
const LARGEST_MARKER = 1024;
/** Tags that a message shows. */
const SHOWN = 10;

/**
 * An image in a directory, by the layout of OCI's image-spec 1.1.
 *
 * @param directory the project's
 */
export function createLayoutOrigin(reference: LayoutReference, directory: string): ImageOrigin {
  const layout = path.resolve(directory, reference.path);

  async function read({ digest, size }: Descriptor): Promise<Buffer> {
    const bytes = await orNamed(reference.path, digest, () => readBlob(layout, digest, size));
    checkContent(bytes, { digest, size }, reference.path);
    return bytes;
  }

  return {
    async open() {
      checkMarker(await readMarker(reference, layout), reference.path);
      const bytes = await orNamed(reference.path, 'index.json', () =>
        readLayoutFile(layout, 'index.json', LARGEST_DOCUMENT),
      );
      const entries = parseLayoutIndex(bytes, path.join(reference.path, 'index.json'));
      const manifests = selectEntries(entries, reference);
      if (manifests.length === 0) throw unknownImage(reference, entries);
      return { document: { kind: 'index', manifests }, digest: digestOf(bytes) };
    },
    readDocument: read,
    readConfig: read,
    pin: async ({ digest, size }, name) => ({
      ...name,
      url: blobAddress(reference.path, digest),
      size,
      sha256: sha256Of(digest),
    }),
  };
}

async function readMarker({ path: shown }: LayoutReference, layout: string): Promise<Buffer> {
  try {
    return await readLayoutFile(layout, 'oci-layout', LARGEST_MARKER);
  } catch (cause) {
    throw new KarapaceError('IMAGE_UNKNOWN', `\`${shown}\` is no OCI layout: its file \`oci-layout\` cannot be read`, {
      hint: 'Name a directory that `skopeo copy … oci:<directory>:<tag>` or `umoci` has made; a relative path starts at the manifest.',
      cause,
    });
  }
}

/** What is missing in a layout, or is something else than a file. */
async function orNamed<T>(shown: string, name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof KarapaceError) throw cause;
    throw invalidImage(`The layout \`${shown}\` does not give \`${name}\``, cause);
  }
}

function unknownImage({ path: shown, tag, digest }: LayoutReference, entries: readonly LayoutEntry[]): KarapaceError {
  const tags = [...new Set(entries.map((entry) => entry.tag).filter((known) => known !== undefined))].filter(isTag);
  const wanted = digest ?? tag;
  const message =
    wanted === undefined
      ? `The layout \`${shown}\` holds several images or none, and none is named`
      : `The layout \`${shown}\` has no image \`${wanted}\``;
  const known = tags.slice(0, SHOWN).map((known) => `\`oci:${shown}:${known}\``);
  return new KarapaceError('IMAGE_UNKNOWN', message, {
    hint:
      known.length === 0
        ? 'Name an image by its digest: `index.json` in the layout lists them.'
        : `Write one of ${known.join(', ')}.`,
  });
}
