import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';

import type { FilesPlacement, TreeSummary } from '../../contracts/tree-store.ts';
import { KarapaceError } from '../../errors.ts';
import { blake3Hasher } from '../blake3.ts';
import type { StoreCore } from '../store-core.ts';
import { inArchiveOrder } from '../tar/archive-order.ts';
import { importTar } from '../tar/archive-streams.ts';
import { formatMember } from '../tar/format-member.ts';
import { BLOCK, padding } from '../tar/tar-limits.ts';
import { systemPath } from '../system-path.ts';
import { printablePath, type ByteString, type FileEntry } from '../tree-entry.ts';
import { readTree } from '../tree-record.ts';
import { viewTrees } from '../tree-view.ts';
import { placeFiles, type PlacedFiles } from './place-files.ts';
import { readProjectFiles } from './read-project-files.ts';

/**
 * Makes the tree of a layer of `[[files]]`. It goes to the store as an archive, which is unpacked where the owners of
 * the directories below are known.
 *
 * @throws KarapaceError `FILES_INVALID`; `BUILD_FAILED` where the project has other files than are pinned, or a target
 * cannot be
 */
export async function makeFilesLayer(core: StoreCore, placement: FilesPlacement): Promise<TreeSummary> {
  const { project, requests, pins, lower, ids, signal } = placement;
  const sources = await Promise.all(requests.map((request) => readProjectFiles(project, request)));
  for (const [index, { request, pin }] of sources.entries()) {
    if (pin.tree !== pins[index]?.tree) throw changed(request.source);
  }
  signal?.throwIfAborted();
  const view = viewTrees(lower.map((tree) => readTree(core.layout, tree)));
  const archive = Readable.from(pack(placeOrFail()), { objectMode: false });
  return importTar(core, archive, { ids, timed: false, signal });

  function placeOrFail(): PlacedFiles {
    try {
      return placeFiles(view, sources);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new KarapaceError('BUILD_FAILED', `\`[[files]]\` cannot be copied: ${error.message}`, {
        hint: 'Choose another `target`.',
      });
    }
  }
}

async function* pack({ entries, locate }: PlacedFiles): AsyncGenerator<Buffer> {
  for (const { entry, inode } of inArchiveOrder(entries)) {
    yield formatMember(entry, inode);
    if (entry.type !== 'file' || entry.size === 0) continue;
    yield* readExactly(entry, locate(entry));
    yield Buffer.alloc(padding(entry.size));
  }
  yield Buffer.alloc(2 * BLOCK);
}

const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const PIECE = 256 * 1024;

/** The bytes of a file that was hashed before; they are hashed again, since somebody may be writing to it. */
async function* readExactly(entry: FileEntry, location: ByteString): AsyncGenerator<Buffer> {
  await using handle = await open(systemPath(location), FLAGS).catch((error: unknown) => {
    throw changed(printablePath(entry.path), error);
  });
  const hasher = blake3Hasher();
  for (let left = entry.size; left > 0;) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE, left));
    const { bytesRead } = await handle.read(piece, 0, piece.length, null);
    if (bytesRead === 0) throw changed(printablePath(entry.path));
    left -= bytesRead;
    hasher.update(piece.subarray(0, bytesRead));
    yield piece.subarray(0, bytesRead);
  }
  if (hasher.digest('hex') !== entry.object) throw changed(printablePath(entry.path));
}

function changed(name: string, cause?: unknown): KarapaceError {
  return new KarapaceError('BUILD_FAILED', `\`${name}\` of \`[[files]]\` is not what the lock pins`, {
    hint: 'It was changed meanwhile: run `karapace build` again.',
    cause,
  });
}
