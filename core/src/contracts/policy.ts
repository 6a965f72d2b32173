import type { LimitName } from './sandbox.ts';

/** What a `[policy]` table says, as written: the same keys in the system's file, the user's file and a manifest. */
export interface PolicyTable {
  /** Directories of the host; what is mounted has to be one of them or in one. */
  readonly mounts?: readonly string[] | undefined;
  /** Keys of `[hardware]` that may be `true`. */
  readonly devices?: readonly PolicyDevice[] | undefined;
  /** `true`: nothing that a manifest runs may have the host's network. */
  readonly network_isolation?: boolean | undefined;
  /** Names that `[env]` may have; a `*` at the end stands for anything. */
  readonly variables?: readonly string[] | undefined;
  /** The most that `[runtime.resource_limits]` may allow. */
  readonly resource_limits?: Readonly<Partial<Record<LimitName, number | undefined>>> | undefined;
}

export type PolicyDevice = 'gpu' | 'audio';

/** The same, filled in: `null` where nothing is said, which forbids nothing. Lists are sorted. Plain JSON data. */
export interface Policy {
  readonly mounts: readonly string[] | null;
  readonly devices: readonly PolicyDevice[] | null;
  readonly network_isolation: boolean;
  readonly variables: readonly string[] | null;
  readonly resource_limits: Readonly<Record<LimitName, number | null>>;
}

/** Whose word it is, in the order in which each narrows what those before it allow. */
export type PolicyOrigin = 'system' | 'user' | 'project';

/** One `[policy]` that is in force. */
export interface PolicySource {
  readonly origin: PolicyOrigin;
  /** Absolute path: the file it was read from; of an environment's own, the directory of its project. */
  readonly file: string;
  readonly policy: Policy;
}

/** A policy that is in force: a file's, a project's, or the one that holds where nobody says what may be mounted. */
export interface PolicyInForce extends Omit<PolicySource, 'origin'> {
  readonly origin: PolicyOrigin | 'default';
}

/** Where policies come from, besides the manifests themselves. */
export interface PolicyPlaces {
  /** Absolute path of the file that root writes. It need not exist. */
  readonly system: string;
  /** Absolute path of the user's own file; `undefined` where he has none. */
  readonly user: string | undefined;
  /** What `~` in a mount and in a policy means; `undefined`: nothing that starts with it can be mounted. */
  readonly home: string | undefined;
}
