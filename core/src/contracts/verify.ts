import type { EnvIdentity } from './ids.ts';

/** What a file of the store is there for. */
export type StorePart =
  | 'format'
  | 'directory'
  | 'object'
  | 'tree'
  | 'checkout'
  | 'layer'
  | 'archive'
  | 'environment'
  | 'lock'
  | 'snapshot'
  | 'generation'
  | 'name'
  | 'journal'
  | 'lease';

/**
 * `damaged`: its bytes are not what was written. `missing`: something needs it. `foreign`: nothing of this name belongs
 * there. `unreadable`: this user, or this disk, could not look.
 */
export type StoreProblem = 'damaged' | 'missing' | 'foreign' | 'unreadable';

/** Something in the store that is not as it was written. */
export interface StoreFinding {
  /** Relative to the store; what is not printable ASCII is escaped. */
  readonly file: string;
  readonly part: StorePart;
  readonly problem: StoreProblem;
  /** One clause: `its bytes are not those of its name`. */
  readonly reason: string;
  /** Those that need it: all of them where the store as a whole does. */
  readonly environments: readonly AffectedEnvironment[];
  /** The way out, as a sentence for people. */
  readonly fix: string;
}

export interface AffectedEnvironment {
  readonly env_id: EnvIdentity;
  /** Sorted; those that can be read. */
  readonly names: readonly string[];
}

export interface VerifyProgress {
  /** Files looked at so far, and their bytes. */
  readonly checked: number;
  readonly bytes: number;
}

export interface VerifyOptions {
  /** Move away what is damaged, and make, fetch or build again what can be. Default false. */
  readonly repair?: boolean | undefined;
  readonly onProgress?: ((progress: VerifyProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface VerifyReport {
  /** Everything that was looked at, and what should be there and is not. */
  readonly checked: number;
  readonly passed: number;
  readonly failed: number;
  /** What this user, or this disk, could not look at. */
  readonly unreadable: number;
  /** Bytes that were read. */
  readonly bytes: number;
  /** What failed and what is unreadable, by file. */
  readonly findings: readonly StoreFinding[];
  /** Only where a repair was asked for and something had to be done; the rest of the report is what is so afterwards. */
  readonly repair?: RepairReport | undefined;
}

export interface RepairReport {
  /** The directory of what was moved away, relative to the store; `null` where nothing was. */
  readonly damaged: string | null;
  /** What is there now, relative to the directory and to the store. */
  readonly moved: readonly string[];
  /** Files and directories that were made, relative to the store. */
  readonly made: readonly string[];
  /** Environments whose layers and archives were built and fetched again, as far as they were damaged. */
  readonly rebuilt: readonly AffectedEnvironment[];
  /** What cannot be made again. */
  readonly lost: readonly LostFile[];
  /** What was tried and failed. */
  readonly failed: readonly FailedRepair[];
}

export interface LostFile {
  /** Relative to the store. */
  readonly file: string;
  /** A clause: what it was. */
  readonly what: string;
}

export interface FailedRepair {
  readonly environment: AffectedEnvironment;
  readonly code: string;
  readonly message: string;
  readonly fix: string | null;
}
