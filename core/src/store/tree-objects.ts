import type { TreeDigest } from '../contracts/ids.ts';
import { blake3 } from './blake3.ts';
import type { StoreLayout } from './store-layout.ts';
import { corruptTree, readTreeBytes } from './tree-record.ts';

/** Where an object's id is in a tree's bytes, and what else its file's name has. */
export interface ObjectReference {
  /** Offset of the 32 bytes of its id. */
  readonly at: number;
  readonly size: number;
  readonly metadataClass: string;
}

const DOMAIN_LENGTH = 'karapace/tree/v1\n'.length;
const VERSION_AT = DOMAIN_LENGTH - 2;
/** Seconds and nanoseconds, where times are content. */
const TIME_LENGTH = 12;
const [FILE, LINK, SYMLINK, CHARACTER, BLOCK] = [...Buffer.from('fhlcb', 'latin1')];

/**
 * Calls back for every file of a tree that has an object. Skips over the rest of the encoding without making entries,
 * which is several times as fast: gc reads all trees.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming the tree that is missing or damaged
 */
export function visitObjects(
  layout: StoreLayout,
  tree: TreeDigest,
  visit: (bytes: Buffer, reference: ObjectReference) => void,
): void {
  const bytes = readTreeBytes(layout, tree);
  if (bytes === undefined) throw corruptTree(layout, tree, 'it is missing');
  try {
    visitEncoded(bytes, (reference) => visit(bytes, reference));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw corruptTree(layout, tree, error.message);
  }
}

/** @throws RangeError where the bytes end too early or go on after the end */
export function visitEncoded(bytes: Buffer, visit: (reference: ObjectReference) => void): void {
  const timeLength = bytes[VERSION_AT] === '2'.charCodeAt(0) ? TIME_LENGTH : 0;
  const nameOf = classNames();
  let at = DOMAIN_LENGTH + 4;
  const skipText = () => void (at += 4 + bytes.readUInt32LE(at));
  for (let left = bytes.readUInt32LE(DOMAIN_LENGTH); left > 0; left -= 1) {
    const type = bytes.readUInt8(at);
    at += 2;
    skipText();
    if (type === LINK) {
      skipText();
      continue;
    }
    const metadata = at;
    at += 10 + timeLength;
    const attributes = at;
    at += 4;
    for (let texts = bytes.readUInt32LE(attributes) * 2; texts > 0; texts -= 1) skipText();
    if (type === FILE) {
      const size = Number(bytes.readBigUInt64LE(at));
      if (size > 0) visit({ at: at + 8, size, metadataClass: nameOf(bytes, metadata, bytes.subarray(attributes, at)) });
      at += 40;
    } else if (type === SYMLINK) skipText();
    else if (type === CHARACTER || type === BLOCK) at += 8;
  }
  if (at !== bytes.length) throw new RangeError('it ends elsewhere than it says');
}

/** As `metadataClass`, from the encoded mode, owner and attributes; most files of a tree have the same. */
function classNames(): (bytes: Buffer, at: number, attributes: Buffer) => string {
  let [lastMode, lastUid, lastGid, last] = [-1, -1, -1, ''];
  return (bytes, at, attributes) => {
    const [mode, uid, gid] = [bytes.readUInt16LE(at), bytes.readUInt32LE(at + 2), bytes.readUInt32LE(at + 6)];
    if (mode !== lastMode || uid !== lastUid || gid !== lastGid) {
      [lastMode, lastUid, lastGid, last] = [mode, uid, gid, `${mode.toString(8)}.${uid}.${gid}`];
    }
    return attributes.length === 4 ? last : `${last}.${blake3(attributes).toString('hex')}`;
  };
}
