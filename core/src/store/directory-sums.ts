import type { ByteString, InodeEntry } from './tree-entry.ts';
import type { TreeView } from './tree-view.ts';

export interface Contents {
  /** Sum of the files' sizes. */
  readonly bytes: number;
  readonly entries: number;
}

/** What lies in directories of a view, at any depth; many may be asked for. */
export function directorySums(view: TreeView): (directory: ByteString) => Contents {
  const paths = [...view.keys()].toSorted();
  const bytesBefore = [0];
  for (const path of paths) bytesBefore.push((bytesBefore.at(-1) ?? 0) + sizeOf(view.get(path)));

  /** How many paths come before this one. */
  function rank(path: ByteString): number {
    let [low, high] = [0, paths.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((paths[middle] ?? '') < path) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return (directory) => {
    // `0` comes right after `/`.
    const [first, end] = [rank(`${directory}/`), rank(`${directory}0`)];
    return { bytes: (bytesBefore[end] ?? 0) - (bytesBefore[first] ?? 0), entries: end - first };
  };
}

/** 0 for all but files. */
export function sizeOf(entry: InodeEntry | undefined): number {
  return entry?.type === 'file' ? entry.size : 0;
}
