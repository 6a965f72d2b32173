import type { Ids } from './ids.ts';
import type { ExitStatus, LimitName, SandboxSpec, SessionStreams } from './sandbox.ts';

/** Runs processes in a prepared root. It never resolves images or packages. */
export interface Backend {
  /** What `[runtime] backend` says. */
  readonly name: string;
  /** Looks at this machine; cheap, and without side effects. */
  capabilities(): Promise<BackendCapabilities>;
  /**
   * How host programs reach the ids that trees are owned by.
   *
   * @throws KarapaceError `NAMESPACE_DENIED` where this machine cannot give `ids`
   */
  idSpace(ids: Ids): Promise<IdSpace>;
  /** What `start` would do, as a list of operations for people. Pure. */
  plan(spec: SandboxSpec): readonly string[];
  /**
   * Starts the command.
   *
   * @throws KarapaceError `SANDBOX_FAILED` and others when the sandbox cannot be set up exactly as specified
   */
  start(spec: SandboxSpec, options: StartOptions): Promise<Session>;
  /**
   * How /bin/sh starts a sandbox as `start` does: functions of a launcher. Absent where a backend cannot say it.
   *
   * `sandbox <command…>` becomes the outermost process and joins the session of the process `joins`, which began at
   * `joins_since`, unless that is empty. It keeps descriptor 6 open and unseen, takes the command's streams from 0, 1 and 3,
   * starts it in `directory` with the kind of terminal `term`, and writes to descriptor 2 what `supervise` reads.
   * `supervise <pid>` calls `begin_session <pid>` once the sandbox of that process runs, `end_session` when it has ended,
   * and gives the command's code; it calls `too_late` where the session that was to be joined has ended. `forward <pid>
   * <signal>` signals the command.
   *
   * @throws KarapaceError as `start` does, for what can be known before
   */
  launcher?(spec: SandboxSpec): Promise<string>;
  /**
   * Signals a sandbox that any process of this user started with this backend: SIGKILL ends everything inside, another
   * signal reaches the command once.
   *
   * @returns false where it is gone, or has no command that could be signalled
   */
  signal(sandbox: RunningSandbox, signal: NodeJS.Signals): boolean;
  /** What this backend needs of the machine, checked one by one. */
  doctor(): Promise<readonly Check[]>;
}

export interface BackendCapabilities {
  /** The best this machine can do for this user. */
  readonly ids: Ids;
  readonly networkIsolation: boolean;
  /** Limits that are enforced here, for this user. `start` refuses any other with a reason, unless `best_effort`. */
  readonly limits: readonly LimitName[];
  readonly terminal: boolean;
  /** Whether abstract sockets of the host are out of reach although its network is used. Absent where nobody knows. */
  readonly cutsAbstractSockets?: boolean | undefined;
}

export interface IdSpace {
  readonly ids: Ids;
  /** For people: `root`, `subordinate ids 100000-165535`, `single id`. */
  readonly description: string;
  /** Whether they are this process's own already, so that `wrap` changes nothing. Default false. */
  readonly isOwn?: boolean | undefined;
  /** The command line that runs a host program where those ids are its own. */
  wrap(command: readonly string[]): readonly string[];
}

export interface StartOptions {
  readonly streams: SessionStreams;
  /** Aborting kills the whole sandbox. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Descriptors of this process that stay open, unseen by the command, until the sandbox is gone: locks.
   */
  readonly hold?: readonly number[] | undefined;
  /**
   * A sandbox of the same root that lives: the command gets the same `/`, `/tmp`, `/run`, network and shared memory, a
   * process tree of its own, and goes on when the other ends. `start` throws `SESSION_ENDED` if it ends too early.
   */
  readonly join?: RunningSandbox | undefined;
}

/** A sandbox that may have been started by another process. */
export interface RunningSandbox {
  /** `Session.pid`. */
  readonly pid: number;
  /** Field 22 of `/proc/<pid>/stat`, which tells it from a later process of the same number. */
  readonly start_time: string;
}

/** A running sandbox. */
export interface Session {
  /** Outermost process, in the host's pid namespace; it lives as long as anything inside does. */
  readonly pid: number;
  /**
   * Resolves once everything inside is gone.
   *
   * @throws KarapaceError `SANDBOX_FAILED` when the last steps of the set-up failed and no command ran
   */
  wait(): Promise<ExitStatus>;
  /** Sends a signal to the command, exactly once. */
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM to the command, SIGKILL to all of it after the grace (default 5,000 ms). */
  stop(graceMilliseconds?: number): Promise<ExitStatus>;
}

/** One finding of `doctor`. */
export interface Check {
  /** Stable, for scripts: `user-namespaces`. */
  readonly id: string;
  readonly title: string;
  readonly state: 'ok' | 'warning' | 'failed';
  /** What was found. */
  readonly detail: string;
  /** How to mend it; `null` where nothing needs to be. */
  readonly fix: Fix | null;
}

export interface Fix {
  readonly description: string;
  /** Debian packages whose installation is the fix. */
  readonly debianPackages?: readonly string[] | undefined;
  /** Commands to run as root, as argument lists, when packages are not the fix. */
  readonly commands?: readonly (readonly string[])[] | undefined;
}
