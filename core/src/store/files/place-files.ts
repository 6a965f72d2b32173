import { HIDDEN_TREES, isBelow } from '../../manifest/inside-path.ts';
import { byteString } from '../system-path.ts';
import { printablePath, type ByteString, type DirectoryEntry, type FileEntry, type InodeEntry } from '../tree-entry.ts';
import type { TreeView } from '../tree-view.ts';
import type { ProjectEntry, ProjectFiles } from './read-project-files.ts';

/** The entries of a layer, and where the bytes of its files are. */
export interface PlacedFiles {
  /** Sorted by path. */
  readonly entries: readonly InodeEntry[];
  readonly locate: (entry: FileEntry) => ByteString;
}

/** As many as the kernel follows. */
const MOST_LINKS = 40;

const NEW_DIRECTORY: Omit<DirectoryEntry, 'path'> = {
  type: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  attributes: [],
  opaque: false,
};

/**
 * The layer that puts files of a project on top of what is there. Pure.
 *
 * Directories that are there keep their owner and permissions, and links to directories are followed, all as data: no
 * path of an image is looked up on this machine. A later source wins.
 *
 * @param view what the layers below show
 * @throws RangeError where a target is in a file, or a file's is a directory
 */
export function placeFiles(view: TreeView, sources: readonly ProjectFiles[]): PlacedFiles {
  const placed = new Map<ByteString, InodeEntry>();
  const origins = new Map<ByteString, ByteString>();
  const site: Site = {
    find: (path) => placed.get(path) ?? view.get(path),
    put: (entry) => placed.set(entry.path, entry),
  };
  enter('', site);
  for (const { request, entries, isDirectory, locate } of sources) {
    const target = namesOf(byteString(request.target));
    for (const entry of isDirectory ? entries : entries.slice(1)) {
      const path = place(entry, [...target, ...(isDirectory ? namesOf(entry.path) : [])], site);
      if (entry.type === 'file') origins.set(path, locate(entry));
    }
  }
  return {
    entries: [...placed.values()].toSorted((left, right) => (left.path < right.path ? -1 : 1)),
    locate: ({ path }) => origins.get(path) ?? '',
  };
}

interface Site {
  readonly find: (path: ByteString) => InodeEntry | undefined;
  readonly put: (entry: InodeEntry) => void;
}

function place(entry: ProjectEntry, names: readonly ByteString[], site: Site): ByteString {
  if (entry.type === 'directory') return walk(names, site);
  const path = join(walk(names.slice(0, -1), site), names.at(-1) ?? '');
  if (site.find(path)?.type === 'directory') throw new RangeError(`\`${printablePath(path)}\` is a directory`);
  checkSeen(path);
  site.put({ ...entry, path });
  return path;
}

/** Goes to a directory, through links, and makes what is missing on the way; gives its real path. */
function walk(names: readonly ByteString[], site: Site): ByteString {
  const pending = [...names];
  let at = '';
  let links = 0;
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    if (name === '..') {
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
      continue;
    }
    const path = join(at, name);
    const found = site.find(path);
    if (found?.type === 'symlink') {
      links += 1;
      if (links > MOST_LINKS)
        throw new RangeError(`\`${printablePath(path)}\` leads through more than ${MOST_LINKS} links`);
      pending.unshift(...namesOf(found.target));
      if (found.target.startsWith('/')) at = '';
    } else {
      enter(path, site);
      at = path;
    }
  }
  return at;
}

/** A layer holds every directory on the way to what it changes; overlay shows the topmost one's owner and permissions. */
function enter(path: ByteString, { find, put }: Site): void {
  checkSeen(path);
  const found = find(path) ?? { ...NEW_DIRECTORY, path };
  if (found.type !== 'directory') throw new RangeError(`\`${printablePath(path)}\` is not a directory`);
  put({ ...found, opaque: false });
}

function checkSeen(path: ByteString): void {
  if (!isBelow(`/${path}`, HIDDEN_TREES)) return;
  throw new RangeError(`\`${printablePath(path)}\` is hidden by what every environment mounts there`);
}

function namesOf(path: ByteString): ByteString[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function join(directory: ByteString, name: ByteString): ByteString {
  return directory === '' ? name : `${directory}/${name}`;
}
