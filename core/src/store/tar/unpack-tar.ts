import { dress, makeEntry, specialInodes, type MakeSpecial } from '../build-tree.ts';
import { setExactTimes, type TimedPath } from '../exact-times.ts';
import { byteString } from '../system-path.ts';
import { isWhiteout, type ByteString, type FileEntry } from '../tree-entry.ts';
import type { UnpackRequest } from '../tree-protocol.ts';
import type { TreeWorkshop } from '../tree-workshop.ts';
import { archiveLayout } from './archive-layout.ts';
import type { ByteSource } from './byte-source.ts';
import type { Owners, TarMember } from './interpret-member.ts';
import { readWhiteout, whiteouts } from './oci-whiteouts.ts';
import { attemptDress, printName, refuseMember } from './refuse-member.ts';
import { readSparseParts } from './sparse-parts.ts';
import { tarScanner, type TarScanner } from './tar-scanner.ts';
import { placesOf } from './lower-links.ts';
import { openBudget, type Budget } from './unpack-budget.ts';
import { unpackFile } from './unpack-file.ts';
import { impliedDirectory, unpackedTree, type UnpackedTree } from './unpacked-tree.ts';

/** An empty directory that archives fill, one upon the other. */
export interface Unpacking {
  /**
   * @param name of the archive, for messages
   * @throws KarapaceError `ARCHIVE_INVALID` naming the member that is refused; what was made until then is left for the caller
   */
  unpack(source: ByteSource, name: string): void;
  /** Dresses directories, the deepest first: what is made in a directory may depend on its mode and attributes. */
  finish(): void;
}

export type UnpackingRequest = Pick<UnpackRequest, 'directory' | 'timed' | 'kind'>;

interface Tools extends UnpackingRequest {
  readonly workshop: TreeWorkshop;
  readonly tree: UnpackedTree;
  readonly special: MakeSpecial;
  readonly budget: Budget;
  /** Paths that an archive gives to a device, in an image. */
  readonly omitted: Set<ByteString>;
  readonly times: TimedPath[];
}

export function openUnpacking(request: UnpackingRequest, workshop: TreeWorkshop): Unpacking {
  const tree = unpackedTree(byteString(request.directory));
  const tools: Tools = {
    ...request,
    workshop,
    tree,
    special: specialInodes(workshop),
    budget: openBudget(),
    omitted: new Set(),
    times: [],
  };
  return {
    unpack(source, name) {
      // Images of OCI are named by their digest, so that nothing of them was lost on the way.
      const end = request.kind === 'oci-image' ? 'abrupt' : 'marked';
      const scanner = tarScanner(source, { owners: ownersOf(request, workshop), end });
      const members = openArchive(source, tools);
      scan(scanner, { members, source, name });
    },
    finish() {
      if (request.kind !== 'tree') addHome(tree);
      for (const entry of tree.directories()) {
        attemptDress(entry, workshop, () => dress(tree.location(entry.path), entry, workshop));
        if (request.timed) tools.times.push({ path: tree.location(entry.path), mtime: entry.mtime ?? 0n });
      }
      setExactTimes(tools.times);
    },
  };
}

/** Commands start in it, and images of one program have none. */
function addHome(tree: UnpackedTree): void {
  if (tree.find('root') === undefined) tree.declare({ ...impliedDirectory('root'), mode: 0o700 });
}

function ownersOf({ kind }: UnpackingRequest, { ids }: TreeWorkshop): Owners {
  return kind !== 'tree' && ids === 'single' ? 'squashed' : ids;
}

interface ArchiveMembers {
  add(member: TarMember): void;
  finish(): void;
}

interface Scan {
  readonly members: ArchiveMembers;
  readonly source: ByteSource;
  readonly name: string;
}

function scan(scanner: TarScanner, { members, source, name }: Scan): void {
  let count = 0;
  let path: ByteString | undefined;
  try {
    for (let member = scanner.next(); member !== undefined; member = scanner.next()) {
      count += 1;
      path = member.entry.path;
      members.add(member);
      scanner.finish(member);
      path = undefined;
    }
    members.finish();
  } catch (error) {
    const member = path ?? scanner.lastPath;
    const what = member === undefined ? `what follows member ${count}` : printName(member);
    throw refuseMember(error, { archive: name, what, offset: source.offset });
  }
}

function openArchive(source: ByteSource, tools: Tools): ArchiveMembers {
  const { tree, kind, budget, omitted } = tools;
  const layout = archiveLayout((path) => (omitted.has(path) ? 'inode' : tree.find(path)));
  const hidden = whiteouts(tree);
  const places = placesOf(tree, (path) => layout.kindOf(path) === 'inode');

  function addMember(member: TarMember): void {
    const { entry } = member;
    for (const path of layout.admit(entry)) tree.imply(path);
    if (entry.type === 'directory') return tree.declare(kind === 'tree' ? entry : { ...entry, opaque: false });
    tree.clear(entry.path);
    if (kind !== 'tree' && isOmitted(entry, omitted)) return void omitted.add(entry.path);
    omitted.delete(entry.path);
    makeMember(member, source, tools);
  }

  return {
    add(member) {
      budget.spend(member);
      if (kind !== 'oci-image') return addMember(member);
      const placed = places.place(member);
      const whiteout = readWhiteout(placed);
      if (whiteout === undefined) addMember(placed);
      else hidden.add(whiteout);
    },
    finish: () => hidden.apply(layout),
  };
}

/** Only root can make devices, and every sandbox has its own. */
function isOmitted(entry: TarMember['entry'], omitted: ReadonlySet<ByteString>): boolean {
  return entry.type === 'character' || entry.type === 'block' || (entry.type === 'link' && omitted.has(entry.target));
}

function makeMember(member: TarMember, source: ByteSource, tools: Tools): void {
  const { entry } = member;
  const { workshop, special, tree, times } = tools;
  attemptDress(entry, workshop, () =>
    makeEntry(byteString(tools.directory), entry, {
      workshop,
      special,
      placeFile(file, location) {
        const parts = partsOf(file, member, source);
        unpackFile(location, file.size, { source, parts });
        dress(location, file, workshop);
      },
    }),
  );
  const isTimed = tools.timed && entry.type !== 'link' && !isWhiteout(entry) && entry.mtime !== undefined;
  if (isTimed) times.push({ path: tree.location(entry.path), mtime: entry.mtime ?? 0n });
}

function partsOf({ size }: FileEntry, { stored, isSparse }: TarMember, source: ByteSource) {
  return isSparse ? readSparseParts(source, { stored, size }) : [{ offset: 0, size }];
}
