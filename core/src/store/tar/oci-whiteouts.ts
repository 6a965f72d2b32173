import { childOf, parentOf, type ByteString } from '../tree-entry.ts';
import type { ArchiveLayout } from './archive-layout.ts';
import type { TarMember } from './interpret-member.ts';
import { TAR_LIMITS } from './tar-limits.ts';
import { impliedDirectory, type UnpackedTree } from './unpacked-tree.ts';

// The whiteouts of the OCI image specification, https://github.com/opencontainers/image-spec/blob/main/layer.md

const PREFIX = '.wh.';
const OPAQUE = '.wh..wh..opq';

export interface Whiteout {
  /** What the archives below have there, or of `opaque` in there, is gone. */
  readonly path: ByteString;
  readonly isOpaque: boolean;
}

/**
 * What a member takes away; `undefined` of one that adds something.
 *
 * @throws RangeError on a whiteout that is more than a name
 */
export function readWhiteout({ entry, stored }: TarMember): Whiteout | undefined {
  const parent = parentOf(entry.path);
  const name = entry.path.slice(parent === '' ? 0 : parent.length + 1);
  if (!name.startsWith(PREFIX)) return undefined;
  if (entry.type !== 'file' || stored !== 0 || entry.size !== 0)
    throw new RangeError('it is a whiteout and no empty file');
  if (name === OPAQUE) return { path: parent, isOpaque: true };
  const hidden = name.slice(PREFIX.length);
  if (hidden === '' || hidden === '.' || hidden === '..' || hidden.startsWith(PREFIX)) {
    throw new RangeError('it is a whiteout of something that no image can have');
  }
  return { path: childOf(parent, hidden), isOpaque: false };
}

export interface Whiteouts {
  add(whiteout: Whiteout): void;
  /** To be called at an archive's end: what it has itself stays, wherever in it the whiteout was. */
  apply(layout: ArchiveLayout): void;
}

export function whiteouts(tree: UnpackedTree): Whiteouts {
  const found = new Map<ByteString, boolean>();
  const done = new Set<ByteString>();

  function hide(path: ByteString, layout: ArchiveLayout): void {
    const kind = layout.kindOf(path);
    if (kind === undefined) return tree.clear(path);
    if (kind === 'inode') return;
    if (kind === 'implied' && path !== '') tree.declare(impliedDirectory(path));
    hideBelow(path, layout);
  }

  function hideBelow(path: ByteString, layout: ArchiveLayout): void {
    // What was in a directory that became something else went with it; umoci names it all the same.
    if (done.has(path) || tree.find(path) !== 'directory') return;
    done.add(path);
    for (const name of tree.list(path)) hide(childOf(path, name), layout);
  }

  return {
    add({ path, isOpaque }) {
      if (found.size > TAR_LIMITS.entries)
        throw new RangeError(`the archive has more than ${TAR_LIMITS.entries} whiteouts`);
      found.set(path, (found.get(path) ?? true) && isOpaque);
    },
    apply(layout) {
      // The highest first, so that each directory is looked through once.
      for (const [path, isOpaque] of [...found].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
        if (isOpaque) hideBelow(path, layout);
        else hide(path, layout);
      }
    },
  };
}
