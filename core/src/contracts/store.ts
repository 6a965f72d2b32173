import type { Readable } from 'node:stream';

import type { IdSpace } from './backend.ts';
import type { EnvironmentStore } from './environment-store.ts';
import type { ExclusiveOptions } from './exclusive.ts';
import type { GcOptions, GcPlan } from './garbage.ts';
import type { Ids, LayerKey, TreeDigest } from './ids.ts';
import type { ArchivePin, BuiltLayer, LayerDefinition } from './lock.ts';
import type { UnpinnedArchive } from './tool-context.ts';
import type { TreeStore, TreeSummary } from './tree-store.ts';

/** The content-addressed store: objects, trees, layers, environments, names. */
export interface Store {
  /** Absolute path. */
  readonly root: string;
  /** Made once, at `init`. */
  readonly id: string;
  readonly archives: ArchiveStore;
  readonly trees: TreeStore;
  readonly layers: LayerStore;
  readonly environments: EnvironmentStore;
  readonly memos: MemoStore;
  readonly logs: LogStore;
  /** A fresh directory below `tmp/`, owned by id 0 of the id space; disposal removes it with all that is in it. */
  scratch(ids: Ids): Promise<Scratch>;
  /** A directory that may vanish between operations. */
  cache(name: string): Promise<string>;
  /** Runs the action while no other process holds the same name. Says whom it waits for through `onWait`. */
  exclusive<T>(name: string, action: () => Promise<T>, options?: ExclusiveOptions): Promise<T>;
  /**
   * Removes what nothing needs: neither an environment nor a snapshot, a session, a build that runs, or a lock of a project.
   * Works where the disk is full.
   *
   * @returns what was removed; of a dry run, what would be
   * @throws KarapaceError `STORE_CORRUPT` where something that could need something cannot be read: nothing is removed then
   */
  gc(options: GcOptions): Promise<GcPlan>;
  /** Runs an action; gc keeps whatever it makes or finds until it is over. */
  leased<T>(action: () => Promise<T>): Promise<T>;
  /** Ends helper processes and closes descriptors. */
  close(): Promise<void>;
}

/** A cache of short texts; what is in it may be gone the next time. */
export interface MemoStore {
  /** @param key 64 hex digits, of everything that the answer depends on */
  find(key: string): Promise<string | undefined>;
  /** @param value one line */
  put(key: string, value: string): Promise<void>;
}

/** What build steps printed. A cache: what is in it may be gone the next time, and gc takes it with its layer. */
export interface LogStore {
  /**
   * Begins the log of a layer, which takes the place of the one before when it is kept.
   *
   * @param onLost called at most once, with the reason, where the output cannot be kept: the build goes on
   */
  begin(key: LayerKey, onLost: (reason: string) => void): Promise<BuildLog>;
  find(key: LayerKey): Promise<KeptLog | undefined>;
  /** Those of builds that failed, too. */
  list(): Promise<readonly KeptLog[]>;
}

export interface BuildLog {
  /** Goes to the disk at once. After 16 MiB only the end is kept. */
  write(line: string): void;
  /** @returns whether there is a log now: there is none of steps that printed nothing */
  keep(): boolean;
}

export interface KeptLog {
  readonly key: LayerKey;
  /** Absolute path. */
  readonly file: string;
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly written_at: string;
  /** Its bytes, as they are read from the disk. */
  readonly read: () => Readable;
}

export interface Scratch extends AsyncDisposable {
  readonly directory: string;
  /** Makes an empty directory in it, mode 0755, owned by id 0. */
  make(name: string): Promise<string>;
}

/** Downloaded files by sha256, each kept as an object. */
export interface ArchiveStore {
  /** Whether the bytes are here and were whole when stored. */
  has(archive: ArchivePin): Promise<boolean>;
  /**
   * Streams into the store; hashes on the way; keeps nothing unless size and sha256 are the pinned ones.
   *
   * @throws KarapaceError `DOWNLOAD_CORRUPT`, `STORE_FULL`
   */
  add(archive: ArchivePin, content: Readable, onBytes?: (count: number) => void): Promise<void>;
  /**
   * Streams into the store what nobody has pinned, and pins it.
   *
   * @throws KarapaceError `DOWNLOAD_CORRUPT` where it is empty or has more than 16 GiB, `STORE_FULL`
   */
  keep(archive: UnpinnedArchive, content: Readable, onBytes?: (count: number) => void): Promise<ArchivePin>;
  /**
   * Links verified archives into a directory under the given names.
   *
   * @throws KarapaceError `STORE_CORRUPT` naming the archive whose bytes do not match
   */
  place(files: readonly { readonly archive: ArchivePin; readonly name: string }[], directory: string): Promise<void>;
}

export interface LayerStore {
  /** A layer whose record, tree and objects are here, or `undefined`. */
  find(key: LayerKey): Promise<Omit<BuiltLayer, 'name'> | undefined>;
  /**
   * What a layer was made of, whether or not its tree is here; `undefined` where there is no record.
   *
   * @throws KarapaceError `STORE_CORRUPT` where the record does not give the key again
   */
  read(key: LayerKey): Promise<StoredLayer | undefined>;
  /** Durable when it resolves. */
  put(key: LayerKey, layer: StoredLayer): Promise<void>;
}

/** What a layer is made of, and what came of it. */
export interface StoredLayer {
  readonly definition: LayerDefinition;
  /** Nearest first. */
  readonly parents: readonly TreeDigest[];
  readonly tree: TreeSummary;
}

export interface MigrateResult {
  /** The format that the store had. */
  readonly from: number;
  readonly to: number;
  /** How many environments were taken over. */
  readonly environments: number;
}

export interface OpenStoreOptions {
  /** How to reach the ids that trees are owned by; called when a tree is first touched. */
  readonly idSpace: (ids: Ids) => Promise<IdSpace>;
  /** Called when somebody else is changing the store: his pid and command where they can be read. */
  readonly onWait?: ((holder: string) => void) | undefined;
}
