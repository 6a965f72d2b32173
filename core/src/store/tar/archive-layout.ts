import { isWhiteout, type ByteString, type TreeEntry } from '../tree-entry.ts';
import { TAR_LIMITS } from './tar-limits.ts';

type Kind = 'declared' | 'implied' | 'inode';

export interface Admission {
  /** Directories to be made first, the highest first. */
  readonly implied: readonly ByteString[];
  /** It is a directory that was made already, because of what is in it. */
  readonly isMade: boolean;
}

/**
 * What an archive has made so far, by path. Only what is in here is ever written below or linked to, so that nothing is reached
 * through a symbolic link.
 */
export interface ArchiveLayout {
  /**
   * Admits the next member.
   *
   * @throws RangeError where its place is taken, or is not in a directory of the archive, or it links to nothing before it
   */
  admit(entry: TreeEntry): Admission;
}

export function archiveLayout(): ArchiveLayout {
  // The root is there before the archive says so.
  const kinds = new Map<ByteString, Kind>([['', 'implied']]);
  let specials = 0;

  function imply(path: ByteString): readonly ByteString[] {
    const missing: ByteString[] = [];
    for (let parent = parentOf(path); ; parent = parentOf(parent)) {
      const kind = kinds.get(parent);
      if (kind === 'declared' || kind === 'implied') break;
      if (kind !== undefined) throw new RangeError('it is below something that is no directory');
      missing.push(parent);
    }
    for (const parent of missing) add(parent, 'implied');
    return missing.toReversed();
  }

  function add(path: ByteString, kind: Kind): void {
    if (kinds.size > TAR_LIMITS.entries)
      throw new RangeError(`the archive has more than ${TAR_LIMITS.entries} members`);
    kinds.set(path, kind);
  }

  return {
    admit(entry) {
      const { path } = entry;
      const before = kinds.get(path);
      const isDeclaredLate = before === 'implied' && entry.type === 'directory';
      if (before !== undefined && !isDeclaredLate) throw new RangeError('its path comes twice');
      const implied = path === '' ? [] : imply(path);
      if (entry.type === 'link') checkTarget(kinds.get(entry.target));
      if (isSpecial(entry) && (specials += 1) > TAR_LIMITS.specials) {
        throw new RangeError(`the archive has more than ${TAR_LIMITS.specials} FIFOs and devices`);
      }
      add(path, kindOf(entry));
      return { implied, isMade: isDeclaredLate };
    },
  };
}

function parentOf(path: ByteString): ByteString {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function checkTarget(kind: Kind | undefined): void {
  if (kind === undefined) throw new RangeError('it is a hard link to nothing before it');
  if (kind === 'declared' || kind === 'implied') throw new RangeError('it is a hard link to a directory');
}

function kindOf({ type }: TreeEntry): Kind {
  return type === 'directory' ? 'declared' : 'inode';
}

/** Whiteouts are all one inode. */
function isSpecial(entry: TreeEntry): boolean {
  return (entry.type === 'fifo' || entry.type === 'character' || entry.type === 'block') && !isWhiteout(entry);
}
