import type { RunningSandbox } from './backend.ts';
import type { EnvIdentity, SnapshotId, TreeDigest } from './ids.ts';
import type { BuiltLayer, LockFile } from './lock.ts';
import type { ExclusiveOptions } from './exclusive.ts';
import type { TreeChange } from './tree-store.ts';

export type EnvironmentState = 'Defined' | 'Built' | 'Running' | 'Frozen' | 'Archived';

/** What the store knows of an environment. */
export interface Environment {
  readonly env_id: EnvIdentity;
  readonly short_id: string;
  /** Sorted; often one, may be none. */
  readonly names: readonly string[];
  /**
   * What to call it: its first name. Of what `Karapace` finds by a name, that name; in a project, the first that was given for
   * that project, and none where there is none.
   */
  readonly name: string | undefined;
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
  /** Directories where the project was before: what was given for them is given for this project from now on. */
  readonly formerly?: readonly string[] | undefined;
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
   * Replaces a name of an environment by another, which is for the same project; gives it one more where
   * `from` is undefined: for `project`, by default the only one that is known. Durable when it resolves.
   *
   * @throws KarapaceError `NAME_INVALID`; `NAME_TAKEN` where the new name means something; `ENVIRONMENT_NOT_FOUND` where
   * the old one does not mean this environment any more; `ENVIRONMENT_AMBIGUOUS` where several projects have it
   */
  rename(
    id: EnvIdentity,
    names: { readonly from: string | undefined; readonly to: string; readonly project?: string | undefined },
  ): Promise<Environment>;
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
  /** Forgets the sessions that ended without saying so. To be called in `closed`, where none lives. */
  forgetSessions(id: EnvIdentity): Promise<void>;
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
