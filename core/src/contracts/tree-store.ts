import type { Readable } from 'node:stream';

import type { Ids, TreeDigest } from './ids.ts';
import type { ArchivePin, FilesPin } from './lock.ts';
import type { FilesRequest } from './manifest.ts';
import type { TreeNames } from './package-manager.ts';
import type { UnpackTarget } from './tool-context.ts';

export interface TreeSummary {
  readonly digest: TreeDigest;
  readonly entries: number;
  /** Sum of the files' sizes. */
  readonly bytes: number;
}

export interface IngestSummary extends TreeSummary {
  /** Absolute paths in the tree, escaped for people, of sockets, which were left out. */
  readonly skipped: readonly string[];
}

export type ChangedPart = 'type' | 'content' | 'mode' | 'owner' | 'attributes';

/** One path that differs. Sizes are bytes of files; other types have 0. */
export interface TreeChange {
  /** Absolute; what is not printable ASCII is escaped. */
  readonly path: string;
  readonly change: 'added' | 'modified' | 'removed';
  /** What it is now; of something removed, what it was. */
  readonly type: 'file' | 'directory' | 'symlink' | 'fifo' | 'character' | 'block';
  /** Now; missing of something removed. */
  readonly bytes?: number | undefined;
  /** Before; missing of something added. Of a removed directory, of all that was in it. */
  readonly bytesBefore?: number | undefined;
  /** Of something removed: how many paths went with it, itself included. */
  readonly entries?: number | undefined;
  /** Of something modified. */
  readonly parts?: readonly ChangedPart[] | undefined;
}

export interface ImportTarOptions {
  readonly ids: Ids;
  /** Times are content, as of `ingest`; otherwise they do not count, as of `consume`. */
  readonly timed: boolean;
  /** Aborted, it fails with the signal's reason, and leaves nothing. */
  readonly signal?: AbortSignal | undefined;
}

/** Files of a project that become a layer. */
export interface FilesPlacement {
  /** The directory of the manifest. */
  readonly project: string;
  readonly requests: readonly FilesRequest[];
  /** One for each request. */
  readonly pins: readonly FilesPin[];
  /** The trees below, bottom first. */
  readonly lower: readonly TreeDigest[];
  readonly ids: Ids;
  /** As of `ImportTarOptions`. */
  readonly signal?: AbortSignal | undefined;
}

export interface TreeStore {
  /**
   * Copies files of a project into a layer on top of others. Durable when it resolves.
   *
   * @throws KarapaceError `FILES_INVALID`; `BUILD_FAILED` where the project has other files than are pinned, or a target
   * cannot be
   */
  place(placement: FilesPlacement): Promise<TreeSummary>;
  /**
   * Takes a directory that nobody writes to any more: its files become objects, the directory itself becomes the
   * tree's checkout. Times are set to `BUILD_EPOCH`. Overlay whiteouts and opaque directories are kept as such.
   * Durable when it resolves.
   */
  consume(directory: string, ids: Ids): Promise<TreeSummary>;
  /**
   * Keeps a directory, which stays exactly as it is, as a tree whose times are content. Durable when it resolves.
   *
   * @throws KarapaceError `COMMIT_FAILED` naming a file that cannot be kept
   */
  ingest(directory: string, ids: Ids): Promise<IngestSummary>;
  /**
   * Makes a directory that holds a tree and may be written to; verifies what it copies. Durable when it resolves.
   *
   * @param target `directory` is a path where nothing is
   */
  materialize(tree: TreeDigest, target: { readonly directory: string; readonly ids: Ids }): Promise<void>;
  /**
   * A tree as a tar archive: the same bytes for the same tree, wherever and whenever. They are made as they are read, and each file is
   * verified; a stream that ends without an error was whole. The caller keeps gc from the tree meanwhile, as with `checkout`.
   *
   * @throws KarapaceError `STORE_CORRUPT`, at once or as the stream's error
   */
  exportTar(tree: TreeDigest, ids: Ids): Promise<Readable>;
  /**
   * Keeps what a tar archive holds as a tree, without compression; nothing of an archive that is refused, or whose stream fails.
   * Durable when it resolves. To be called in `leased`.
   *
   * @throws KarapaceError `ARCHIVE_INVALID` naming the member that is refused
   */
  importTar(archive: Readable, options: ImportTarOptions): Promise<TreeSummary>;
  /**
   * Fills an empty directory with what archives of the store hold, the lowest first; `BuildContext.unpack` says how.
   *
   * @throws KarapaceError `ARCHIVE_INVALID`, `STORE_CORRUPT`
   */
  unpack(archives: readonly ArchivePin[], target: UnpackTarget & Omit<ImportTarOptions, 'timed'>): Promise<void>;
  /** The digest that `consume` would give; changes nothing. */
  digest(directory: string, ids: Ids): Promise<TreeSummary>;
  /** The read-only directory that holds a tree, made from objects where it is missing. Verifies what it links. */
  checkout(tree: TreeDigest, ids: Ids): Promise<string>;
  /** The names in a tree. */
  names(tree: TreeDigest): Promise<TreeNames>;
  /**
   * What a directory changes of trees when it is mounted over them; nothing is kept.
   *
   * @param lower bottom first
   */
  changes(
    lower: readonly TreeDigest[],
    upper: { readonly directory: string; readonly ids: Ids },
  ): Promise<readonly TreeChange[]>;
  /** What differs between two trees, as paths with a reason for people; at most `limit`. */
  compare(left: TreeDigest, right: TreeDigest, limit: number): Promise<readonly string[]>;
}
