import fs from 'node:fs';
import path from 'node:path';

import type { TreeDigest } from '../contracts/ids.ts';
import { KarapaceError } from '../errors.ts';
import { readStoreFile } from './read-store-file.ts';
import type { StoreLayout } from './store-layout.ts';
import { syncDirectory } from './sync-disk.ts';
import { decodeRoot, decodeTree, treeDigest } from './tree-encoding.ts';
import type { DirectoryEntry, TreeEntry } from './tree-entry.ts';
import { makeDirectory } from './make-directory.ts';

export interface WrittenRecord {
  readonly temporary: string;
  /** Gives it its name, once the caller has brought it and all that it needs to the disk. */
  readonly commit: () => void;
}

/** Writes a tree's record under a temporary name. */
export function writeTreeRecord(
  digest: TreeDigest,
  encoded: Buffer,
  { layout, staging }: { readonly layout: StoreLayout; readonly staging: string },
): WrittenRecord {
  const temporary = path.join(staging, `tree-${digest}`);
  const record = layout.tree(digest);
  fs.writeFileSync(temporary, encoded, { mode: 0o644 });
  const commit = (): void => {
    const directory = path.dirname(record);
    if (makeDirectory(directory, 0o755)) syncDirectory(path.dirname(directory));
    fs.renameSync(temporary, record);
    syncDirectory(directory);
  };
  return { temporary, commit };
}

/** The verified bytes of a tree's record, or `undefined` where there is none. */
export function readTreeBytes(layout: StoreLayout, digest: TreeDigest): Buffer | undefined {
  const found = readStoreFile(layout.tree(digest));
  if (found === 'missing') return undefined;
  if (found === 'not a file') throw corruptTree(layout, digest, 'it is not a file');
  if (treeDigest(found.bytes) !== digest) throw corruptTree(layout, digest, 'its bytes are not those of its name');
  return found.bytes;
}

/** @throws KarapaceError `STORE_CORRUPT` naming the tree that is missing or damaged */
export function readTree(layout: StoreLayout, digest: TreeDigest): readonly TreeEntry[] {
  return readDecoded(layout, digest, decodeTree);
}

/**
 * The root of a tree, without the time that it takes to read the rest.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming the tree that is missing or damaged
 */
export function readTreeRoot(layout: StoreLayout, digest: TreeDigest): DirectoryEntry {
  return readDecoded(layout, digest, decodeRoot);
}

function readDecoded<T>(layout: StoreLayout, digest: TreeDigest, decode: (bytes: Buffer) => T): T {
  const bytes = readTreeBytes(layout, digest);
  if (bytes === undefined) throw corruptTree(layout, digest, 'it is missing');
  try {
    return decode(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw corruptTree(layout, digest, error.message);
  }
}

export function corruptTree(layout: StoreLayout, digest: TreeDigest, reason: string): KarapaceError {
  return new KarapaceError('STORE_CORRUPT', `The tree \`${digest}\` is damaged: ${reason}`, {
    hint: 'Run `karapace verify-store --repair`; environments that do not need it can be used meanwhile.',
    place: { file: layout.tree(digest) },
  });
}
