import { blake3 } from './blake3.ts';
import { encodeAttributes } from './tree-encoding.ts';
import type { InodeMetadata } from './tree-entry.ts';

/** What an archive's object has: mode 0644, owned by id 0, no attributes. */
export const PLAIN_CLASS = '644.0.0';

/**
 * The part of an object's file name that says what its inode carries beside the bytes: hard links share an inode, so
 * the same bytes under another mode or owner are another object.
 */
export function metadataClass({ mode, uid, gid, attributes }: InodeMetadata): string {
  const plain = `${mode.toString(8)}.${uid}.${gid}`;
  return attributes.length === 0 ? plain : `${plain}.${blake3(encodeAttributes(attributes)).toString('hex')}`;
}
