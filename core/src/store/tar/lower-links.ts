import { childOf, parentOf, type ByteString } from '../tree-entry.ts';
import type { TarMember } from './interpret-member.ts';
import { readTarPath } from './tar-path.ts';
import type { UnpackedTree } from './unpacked-tree.ts';

/** As Linux has it for one path. */
const MOST_LINKS = 40;

export interface Places {
  /**
   * The member where container runtimes put it: what a lower archive has as a symbolic link to a directory leads there, as `/bin` does to
   * `/usr/bin`. Never out of the tree: it has no parent, and absolute links start at it.
   *
   * @throws RangeError where links lead in a circle, or to a path that no archive may have
   */
  place(member: TarMember): TarMember;
}

/** @param isOwn whether the archive itself has something at a path that is no directory */
export function placesOf(tree: UnpackedTree, isOwn: (path: ByteString) => boolean): Places {
  const readLink = (path: ByteString): ByteString | undefined => (isOwn(path) ? undefined : tree.readLink(path));

  function follow(path: ByteString): ByteString {
    const parent = parentOf(path);
    if (path === '' || tree.find(parent) === 'directory') return path;
    const name = path.slice(path.lastIndexOf('/') + 1);
    return readTarPath(childOf(followLinks(parent, readLink), name)).path;
  }

  return {
    place(member) {
      const { entry } = member;
      const path = follow(entry.path);
      return {
        ...member,
        entry: entry.type === 'link' ? { ...entry, path, target: follow(entry.target) } : { ...entry, path },
      };
    },
  };
}

function followLinks(directory: ByteString, readLink: (path: ByteString) => ByteString | undefined): ByteString {
  const rest = directory.split('/').toReversed();
  let [place, links] = ['', 0];
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    if (name === '' || name === '.') continue;
    const next = name === '..' ? parentOf(place) : childOf(place, name);
    const target = name === '..' ? undefined : readLink(next);
    if (target === undefined) {
      place = next;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw new RangeError(`its path leads through more than ${MOST_LINKS} symbolic links`);
    if (target.startsWith('/')) place = '';
    rest.push(...target.split('/').toReversed());
  }
  return place;
}
