import fs from 'node:fs';

import { blake3Hasher } from '../blake3.ts';
import { metadataClass } from '../metadata-class.ts';
import { corruptObject } from '../object-shelf.ts';
import type { StoreLayout } from '../store-layout.ts';
import { hasCode } from '../system-error.ts';
import type { FileEntry, TreeEntry } from '../tree-entry.ts';
import { inArchiveOrder } from './archive-order.ts';
import { formatMember } from './format-member.ts';
import { BLOCK, padding } from './tar-limits.ts';

/** Takes bytes that are used again afterwards. */
export type Write = (bytes: Buffer) => void;

const END = Buffer.alloc(2 * BLOCK);
const NO_BYTES = Buffer.alloc(BLOCK);

/**
 * Writes a tree as an archive: one member for each entry, then two blocks of zeros.
 *
 * @param writeContent writes exactly the bytes of a file that is not empty
 */
export function packTar(
  entries: readonly TreeEntry[],
  write: Write,
  writeContent: (entry: FileEntry, write: Write) => void,
): void {
  for (const { entry, inode } of inArchiveOrder(entries)) {
    write(formatMember(entry, inode));
    if (entry.type !== 'file' || entry.size === 0) continue;
    writeContent(entry, write);
    write(NO_BYTES.subarray(0, padding(entry.size)));
  }
  write(END);
}

const PIECE = 256 * 1024;
const READ = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

/**
 * Writes the bytes of a file's object, and verifies them on the way.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming the object; what was written then is not the file
 */
export function writeObject(entry: FileEntry, layout: StoreLayout, write: Write): void {
  const descriptor = openObject(entry, layout);
  try {
    const piece = Buffer.allocUnsafe(Math.min(PIECE, entry.size));
    const hasher = blake3Hasher();
    for (let left = entry.size; left > 0;) {
      const count = fs.readSync(descriptor, piece, 0, Math.min(piece.length, left), null);
      if (count === 0) throw corruptObject(entry, 'it is cut');
      hasher.update(piece.subarray(0, count));
      write(piece.subarray(0, count));
      left -= count;
    }
    const isWhole = hasher.digest('hex') === entry.object && fs.readSync(descriptor, piece, 0, 1, null) === 0;
    if (!isWhole) throw corruptObject(entry, 'its bytes are not those of its name');
  } finally {
    fs.closeSync(descriptor);
  }
}

function openObject(entry: FileEntry, layout: StoreLayout): number {
  try {
    return fs.openSync(layout.object(entry.object, metadataClass(entry)), READ);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ELOOP', 'ENXIO')) throw corruptObject(entry, 'it is missing');
    throw error;
  }
}
