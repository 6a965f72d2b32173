import { metadataClass } from './metadata-class.ts';
import { isWhiteout, printablePath, type InodeEntry, type TreeEntry } from './tree-entry.ts';

/** What differs between two sorted trees, for people: one path with its reason per line, at most `limit`. */
export function compareTrees(
  left: readonly TreeEntry[],
  right: readonly TreeEntry[],
  limit: number,
): readonly string[] {
  const differences: string[] = [];
  const others = new Map(right.map((entry) => [entry.path, entry]));
  const paths = new Map([...left, ...right].map((entry) => [entry.path, undefined]));
  const ours = new Map(left.map((entry) => [entry.path, entry]));
  for (const path of [...paths.keys()].sort()) {
    if (differences.length >= limit) break;
    const reason = difference(ours.get(path), others.get(path));
    if (reason !== undefined) differences.push(`${printablePath(path)}: ${reason}`);
  }
  return differences;
}

function difference(left: TreeEntry | undefined, right: TreeEntry | undefined): string | undefined {
  if (left === undefined) return 'only in the second';
  if (right === undefined) return 'only in the first';
  if (describeKind(left) !== describeKind(right)) return `${describeKind(left)} and ${describeKind(right)}`;
  if (left.type === 'link' || right.type === 'link') return undefined;
  return metadataDifference(left, right) ?? contentDifference(left, right);
}

function describeKind(entry: TreeEntry): string {
  if (entry.type === 'link') return `hard link to ${printablePath(entry.target)}`;
  if (isWhiteout(entry)) return 'whiteout';
  if (entry.type === 'character' || entry.type === 'block') return `${entry.type} device ${entry.major}:${entry.minor}`;
  if (entry.type === 'directory' && entry.opaque) return 'opaque directory';
  return entry.type;
}

function metadataDifference(left: InodeEntry, right: InodeEntry): string | undefined {
  if (left.mode !== right.mode) return `mode ${left.mode.toString(8)} and ${right.mode.toString(8)}`;
  if (left.uid !== right.uid || left.gid !== right.gid) {
    return `owner ${left.uid}:${left.gid} and ${right.uid}:${right.gid}`;
  }
  return metadataClass(left) === metadataClass(right) ? undefined : 'extended attributes';
}

function contentDifference(left: InodeEntry, right: InodeEntry): string | undefined {
  if (left.type === 'symlink' && right.type === 'symlink' && left.target !== right.target) {
    return `target ${printablePath(left.target).slice(1)} and ${printablePath(right.target).slice(1)}`;
  }
  if (left.type !== 'file' || right.type !== 'file' || left.object === right.object) return undefined;
  return left.size === right.size ? `other bytes of the same size ${left.size}` : `size ${left.size} and ${right.size}`;
}
