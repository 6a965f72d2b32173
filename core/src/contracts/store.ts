import type { Readable } from 'node:stream';

import type { IdSpace, RunningSandbox } from './backend.ts';
import type { EnvIdentity, Ids, LayerKey, SnapshotId, TreeDigest } from './ids.ts';
import type { ArchivePin, BuiltLayer, FilesPin, LayerDefinition, LayerKind, LockFile } from './lock.ts';
import type { FilesRequest } from './manifest.ts';
import type { TreeNames } from './package-manager.ts';
import type { UnpackTarget, UnpinnedArchive } from './tool-context.ts';

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

export interface ExclusiveOptions {
  /** Called once if somebody else holds it: the holder's pid and command where they can be read. */
  readonly onWait?: ((holder: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
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

export type EnvironmentState = 'Defined' | 'Built' | 'Running' | 'Frozen' | 'Archived';

/** What the store knows of an environment. */
export interface Environment {
  readonly env_id: EnvIdentity;
  readonly short_id: string;
  /** Sorted; often one, may be none. */
  readonly names: readonly string[];
  /**
   * Where the manifest was when it was last built. Of what `Karapace` finds by a name, and in a project: the directory that
   * this name was given for, and that project's. Relative mounts start here.
   */
  readonly project: string;
  /** For each name, the directory of the manifest that it was given for: equal manifests have one environment. */
  readonly name_projects: ReadonlyMap<string, string>;
  /** ISO 8601, UTC. */
  readonly created_at: string;
  readonly built_at: string;
  readonly lock: LockFile;
  /** Bottom first. */
  readonly layers: readonly BuiltLayer[];
  /** `Archived` before `Running` before `Frozen` before `Built`. `Running` where a session's process lives, whatever a file says. */
  readonly state: EnvironmentState;
  /** May be entered; what is changed inside is thrown away. */
  readonly frozen: boolean;
  /** May not be entered; gc keeps it. */
  readonly archived: boolean;
  /** Counts from 1: a rebuild and a restored snapshot begin a new one. */
  readonly generation: number;
}

/** What somebody changed in an environment, kept. */
export interface Snapshot {
  readonly snapshot_id: SnapshotId;
  /** Everything that differs from the layers. */
  readonly tree: TreeDigest;
  /** The trees of the layers below it, bottom first. */
  readonly layers: readonly TreeDigest[];
  readonly entries: number;
  /** Sum of the files' sizes. */
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly created_at: string;
  readonly message: string | null;
}

export interface CommitResult {
  readonly snapshot: Snapshot;
  /** False where the same content was committed before: then this is that snapshot. */
  readonly isNew: boolean;
  /** Paths of sockets, which mean nothing without their process. */
  readonly skipped: readonly string[];
}

/** What gc would take, or took. */
export interface GcPlan {
  /** Environments that nobody can miss, the heaviest first. */
  readonly environments: readonly GcEnvironment[];
  /** The heaviest first. */
  readonly layers: readonly GcLayer[];
  readonly trees: number;
  readonly checkouts: number;
  readonly archives: number;
  readonly objects: number;
  /** Bytes on the disk that objects take and that are free afterwards. */
  readonly bytes: number;
}

export interface GcEnvironment {
  readonly env_id: EnvIdentity;
  readonly project: string;
  /** Of those of its layers that go with it. */
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly last_used: string;
}

export interface GcLayer {
  readonly key: LayerKey;
  readonly kind: LayerKind;
  readonly tree: TreeDigest;
  /** Sizes of its files that nothing has which stays, each once. */
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly last_used: string;
}

export interface GcOptions {
  /** Only look. Default false. */
  readonly dryRun?: boolean | undefined;
  /** Called before anything is removed; again, with what is left, where somebody took something into use meanwhile. */
  readonly onPlan?: ((plan: GcPlan) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface MigrateResult {
  /** The format that the store had. */
  readonly from: number;
  readonly to: number;
  /** How many environments were taken over. */
  readonly environments: number;
}

export interface NewEnvironment {
  readonly lock: LockFile;
  readonly layers: readonly BuiltLayer[];
  readonly project: string;
  /** Names that are to mean it, whatever they meant before. */
  readonly names: readonly string[];
  /** Begin a new generation, without what was changed in the one before. Default false. */
  readonly fresh?: boolean | undefined;
  /**
   * The environment that the project had before: those of its names that were given for this project go on meaning the
   * project's environment.
   */
  readonly replaces?: EnvIdentity | undefined;
}

/** Something in the place of an environment, or of a name, that cannot be read. */
export interface DamagedEnvironment {
  /** `null` where a name does not say what it means any more. */
  readonly env_id: EnvIdentity | null;
  /** Those that lead to it, sorted. */
  readonly names: readonly string[];
  /** The file that is damaged; absolute. */
  readonly file: string;
  /** One clause. */
  readonly reason: string;
}

export interface EnvironmentSurvey {
  /** Those with names first, by name, then the others, by id. */
  readonly environments: readonly Environment[];
  readonly damaged: readonly DamagedEnvironment[];
}

export interface EnvironmentStore {
  /** @throws KarapaceError `STORE_CORRUPT` where one of them cannot be read: nothing is left out silently */
  list(): Promise<readonly Environment[]>;
  /** As `list`, with what cannot be read beside the others. */
  survey(): Promise<EnvironmentSurvey>;
  /** By exact identity; `undefined` where there is none. */
  find(id: EnvIdentity): Promise<Environment | undefined>;
  /**
   * By name, by full identity or by a unique prefix of one (at least 4 digits), in this order.
   *
   * @throws KarapaceError `ENVIRONMENT_NOT_FOUND` with the nearest names, `ENVIRONMENT_AMBIGUOUS` with the matches
   */
  get(reference: string): Promise<Environment>;
  /**
   * Makes a built environment visible, and its name point to it, all or nothing; durable when it resolves. Building
   * what exists keeps what was changed in it, unless it is to be fresh.
   *
   * @throws KarapaceError `NAME_INVALID`; where it is to be fresh, `ENVIRONMENT_BUSY`, `ENVIRONMENT_FROZEN` and
   * `ENVIRONMENT_ARCHIVED`
   */
  put(environment: NewEnvironment): Promise<Environment>;
  /**
   * Takes one of several names away from an environment, which stays; its only name stays as well. Durable when it
   * resolves.
   *
   * @returns the names that remain, sorted; empty where nothing was removed since it is the only one
   * @throws KarapaceError `ENVIRONMENT_NOT_FOUND` where the name does not mean this environment any more
   */
  removeName(name: string, of: EnvIdentity): Promise<readonly string[]>;
  /**
   * Removes an environment, its names and its upper; layers stay for gc.
   *
   * @throws KarapaceError `ENVIRONMENT_BUSY` while a session lives
   */
  destroy(id: EnvIdentity): Promise<void>;
  /**
   * Replaces a name of an environment by another; gives it a first one where `from` is undefined. Durable when it
   * resolves.
   *
   * @throws KarapaceError `NAME_INVALID`; `NAME_TAKEN` where the new name means something; `ENVIRONMENT_NOT_FOUND` where
   * the old one does not mean this environment any more
   */
  rename(id: EnvIdentity, names: { readonly from: string | undefined; readonly to: string }): Promise<Environment>;
  /**
   * Freezes, thaws, archives or brings back; what is so already stays so. Durable when it resolves.
   *
   * @throws KarapaceError `ENVIRONMENT_BUSY` while a session lives
   */
  mark(id: EnvIdentity, mark: { readonly frozen?: boolean; readonly archived?: boolean }): Promise<Environment>;
  /**
   * Keeps what differs from the layers as a snapshot; the environment stays as it is. Durable when it resolves.
   *
   * @throws KarapaceError `ENVIRONMENT_BUSY`, `ENVIRONMENT_ARCHIVED`; `COMMIT_FAILED` naming a file that cannot be kept
   */
  commit(id: EnvIdentity, message: string | null): Promise<CommitResult>;
  /**
   * What somebody changed since the generation began, sorted by path; a session may be changing it meanwhile.
   *
   * @throws KarapaceError `ENVIRONMENT_NOT_FOUND`; `DIFF_FAILED` naming a file that cannot be compared
   */
  changes(id: EnvIdentity): Promise<readonly TreeChange[]>;
  /** Oldest first. */
  snapshots(id: EnvIdentity): Promise<readonly Snapshot[]>;
  /**
   * Makes an environment what it was when the snapshot was made; what was changed since is gone. Durable when it
   * resolves.
   *
   * @param reference the snapshot's identity or a unique prefix of at least 4 digits
   * @throws KarapaceError `SNAPSHOT_NOT_FOUND`, `SNAPSHOT_AMBIGUOUS`, `ENVIRONMENT_BUSY`, `ENVIRONMENT_FROZEN`,
   * `ENVIRONMENT_ARCHIVED`
   */
  restore(
    id: EnvIdentity,
    reference: string,
  ): Promise<{ readonly environment: Environment; readonly snapshot: Snapshot }>;
  /**
   * Opens an environment for a session. Until `begin` nobody else can open it.
   *
   * @throws KarapaceError `ENVIRONMENT_BUSY` naming who changes the environment, `ENVIRONMENT_ARCHIVED`,
   * `ENVIRONMENT_NOT_FOUND`
   */
  open(id: EnvIdentity, options?: ExclusiveOptions): Promise<OpenEnvironment>;
  /**
   * How /bin/sh opens an environment as it is now.
   *
   * @throws KarapaceError `ENVIRONMENT_NOT_FOUND`, `ENVIRONMENT_ARCHIVED`
   */
  openingProgram(id: EnvIdentity): Promise<OpeningProgram>;
  /** The sessions that live, oldest first. */
  sessions(id: EnvIdentity): Promise<readonly LiveSession[]>;
  /** Runs the action while nobody can open the environment. */
  closed<T>(id: EnvIdentity, action: () => Promise<T>, options?: ExclusiveOptions): Promise<T>;
}

/** What `open` does, as a part of a launcher (`Backend.launcher`). It holds for the state that the environment has now. */
export interface OpeningProgram {
  readonly frozen: boolean;
  readonly upper: string;
  readonly work: string;
  /** A line of the shell that calls `fail` where somebody else than the store's owner runs it. */
  readonly checkOwner: string;
  /**
   * Functions of the shell: `open_environment` takes the locks as descriptors 6 and 7 and sets `joins` and `joins_since` to
   * a live session's process and its start, or to nothing; `begin_session <pid>` records the session and lets others in;
   * `end_session` removes the record. They call `fail <code> <message> <fix> [exit code]`.
   */
  print(shape: SessionShape): string;
}

/** A session whose sandbox lives. */
export interface LiveSession {
  readonly sandbox: RunningSandbox;
  /** The program that waits for it. */
  readonly client: { readonly pid: number; readonly command: string };
  /** ISO 8601, UTC. */
  readonly started_at: string;
  readonly shape: SessionShape;
}

/** What sessions of one environment have in common. */
export interface SessionShape {
  readonly network: 'none' | 'host';
  /** Where something is mounted, sorted. */
  readonly targets: readonly string[];
  /** What is mounted there, in the order of the targets; sessions of before do not say. */
  readonly sources?: readonly string[] | undefined;
}

/** An environment held by this process; disposal releases it. */
export interface OpenEnvironment extends AsyncDisposable {
  /** The session that has the environment mounted; `undefined` where nobody has. */
  readonly joins: LiveSession | undefined;
  /** Records the session whose sandbox runs now, and lets others in. */
  begin(pid: number, shape: SessionShape): void;
  /** Nothing may be written to `upper`: what a session changes is thrown away. */
  readonly frozen: boolean;
  readonly upper: string;
  readonly work: string;
  /** The lock's descriptor: hand it to `StartOptions.hold`. */
  readonly lockDescriptor: number;
}

export interface OpenStoreOptions {
  /** How to reach the ids that trees are owned by; called when a tree is first touched. */
  readonly idSpace: (ids: Ids) => Promise<IdSpace>;
  /** Called when somebody else is changing the store: his pid and command where they can be read. */
  readonly onWait?: ((holder: string) => void) | undefined;
}
