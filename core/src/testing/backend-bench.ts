import type { Backend } from '../contracts/backend.ts';
import type { Ids } from '../contracts/ids.ts';
import type { SandboxSpec } from '../contracts/sandbox.ts';
import type { SampleRun } from './backend-runs.ts';

/**
 * What a backend may be without, if it says so: a `filter` of system calls, ids besides 0, sessions that join, streams that
 * can be opened by their names in `/dev`, terminals, places of mounts that are not seen in the upper.
 */
export type BackendAbility = 'filter' | 'full-ids' | 'join' | 'stream-names' | 'terminal' | 'unseen-places';

export interface BackendSuiteOptions {
  /** The ids to run with; the default is the best that this machine can do. */
  readonly ids?: Ids | undefined;
  /** Whether commands run apart from the host. `false` only for a backend that starts no process. */
  readonly isolates?: boolean | undefined;
  /**
   * URL of a module that exports `openBackend`, a function like the suite's own: for what only a process of its own can show,
   * which are kills, terminals and ordinary users. A second call with other `ids` can do without.
   */
  readonly module?: string | undefined;
  /** What it must refuse, then, instead of doing it. */
  readonly lacks?: readonly BackendAbility[] | undefined;
  /** What this backend's page says that a command sees besides: variables that are set where the spec has none, names in `/dev`. */
  readonly additions?: { readonly variables?: readonly string[]; readonly devices?: readonly string[] } | undefined;
}

/** What the parts of the suite share. */
export interface BackendBench {
  readonly options: BackendSuiteOptions;
  readonly backend: () => Promise<Backend>;
  readonly spec: (command: readonly string[], changes?: Partial<SandboxSpec>) => Promise<SandboxSpec>;
  readonly run: (command: readonly string[], changes?: Partial<SandboxSpec>) => Promise<SampleRun>;
}
