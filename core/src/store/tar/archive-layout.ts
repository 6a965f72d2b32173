import { isWhiteout, parentOf, type ByteString, type HardLinkEntry, type TreeEntry } from '../tree-entry.ts';
import { TAR_LIMITS } from './tar-limits.ts';

type Kind = 'declared' | 'implied' | 'inode';

/** What an archive has made so far, by path, so that it says everything once and writes below its own directories alone. */
export interface ArchiveLayout {
  /**
   * Admits the next member.
   *
   * @returns directories that have to be there first, the highest first
   * @throws RangeError where its place is taken, or is not in a directory of the archive, or it links to nothing before it
   */
  admit(entry: TreeEntry): readonly ByteString[];
  kindOf(path: ByteString): Kind | undefined;
}

/** @param found what archives below this one have made */
export function archiveLayout(found: (path: ByteString) => 'directory' | 'inode' | undefined): ArchiveLayout {
  // The root is there before the archive says so.
  const kinds = new Map<ByteString, Kind>([['', 'implied']]);
  let specials = 0;

  function imply(lowest: ByteString): readonly ByteString[] {
    const missing: ByteString[] = [];
    for (let path = lowest; ; path = parentOf(path)) {
      const kind = kinds.get(path);
      if (kind === 'declared' || kind === 'implied') break;
      if (kind !== undefined) throw new RangeError('it is below something that is no directory');
      missing.push(path);
    }
    for (const path of missing) add(path, 'implied');
    return missing.toReversed();
  }

  function add(path: ByteString, kind: Kind): void {
    if (kinds.size > TAR_LIMITS.entries)
      throw new RangeError(`the archive has more than ${TAR_LIMITS.entries} members`);
    kinds.set(path, kind);
  }

  return {
    kindOf: (path) => kinds.get(path),
    admit(entry) {
      const { path } = entry;
      const before = kinds.get(path);
      const isDeclaredLate = before === 'implied' && entry.type === 'directory';
      if (before !== undefined && !isDeclaredLate) throw new RangeError('its path comes twice');
      const implied = path === '' ? [] : imply(parentOf(path));
      if (entry.type === 'link') checkTarget(entry, kinds.get(entry.target) ?? found(entry.target));
      if (isSpecial(entry) && (specials += 1) > TAR_LIMITS.specials) {
        throw new RangeError(`the archive has more than ${TAR_LIMITS.specials} FIFOs and devices`);
      }
      add(path, entry.type === 'directory' ? 'declared' : 'inode');
      return implied;
    },
  };
}

function checkTarget({ path, target }: HardLinkEntry, kind: Kind | 'directory' | undefined): void {
  if (kind === undefined) throw new RangeError('it is a hard link to nothing before it');
  if (kind !== 'inode') throw new RangeError('it is a hard link to a directory');
  // An archive below has it there, and whatever is at the member's path goes first.
  if (`${target}/`.startsWith(`${path}/`)) throw new RangeError('it is a hard link to what it takes the place of');
}

/** Whiteouts are all one inode. */
function isSpecial(entry: TreeEntry): boolean {
  return (entry.type === 'fifo' || entry.type === 'character' || entry.type === 'block') && !isWhiteout(entry);
}
