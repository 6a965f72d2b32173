import type { Ids } from './ids.ts';

/** What a sandbox's `/` is made of. Directories are host paths in the store. */
export type SandboxRoot =
  /** Layers, the topmost first; changes go to `upper`, or are thrown away, or are refused. */
  | { readonly kind: 'layers'; readonly lower: readonly string[]; readonly upper: SandboxUpper }
  /** The host's own programs and nothing else of the host, read only: for tools that make an image. */
  | { readonly kind: 'tools' };

export type SandboxUpper =
  | {
      readonly kind: 'directory';
      readonly directory: string;
      /** Empty, or left by an earlier mount of the same upper that was not volatile. */
      readonly work: string;
      /** Nothing inside waits for the disk: for an upper that is worth nothing if the machine stops. Default false. */
      readonly volatile?: boolean | undefined;
    }
  | { readonly kind: 'discard' }
  | { readonly kind: 'read-only' };

export interface SandboxMount {
  /** Host path; resolved by the caller, never by anything inside an image. */
  readonly source: string;
  /** Absolute path inside. */
  readonly target: string;
  readonly readOnly: boolean;
  /**
   * `device:inode` of what was found at `source` when it was looked at, as `stat --format=%d:%i` prints it: anything else
   * that is there by the time it is mounted is refused.
   */
  readonly inode?: string | undefined;
}

/** What all sessions of an environment together may use; `null` for no limit. */
export interface SandboxLimits {
  /** Weight of the CPU time under load; 1024 is the usual one. */
  readonly cpu_shares: number | null;
  /** MiB, what is swapped out included. */
  readonly memory_limit_mb: number | null;
  /** Processes and threads, the few of the sandbox itself included. */
  readonly pids_limit: number | null;
  /** Descriptors of each process. */
  readonly open_files_limit: number | null;
  /** MiB in the writable upper; no single file may be larger. */
  readonly disk_limit_mb: number | null;
  /** A limit that this machine cannot enforce is announced on stderr, and the command runs without it. */
  readonly best_effort: boolean;
}

export type LimitName = Exclude<keyof SandboxLimits, 'best_effort'>;

/** Everything a backend needs to run one process tree. Plain JSON data. */
export interface SandboxSpec {
  readonly root: SandboxRoot;
  readonly mounts: readonly SandboxMount[];
  /** Program and arguments, looked up by `PATH` inside. */
  readonly command: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly hostname: string;
  /** `none`: an own network namespace with loopback only. `host`: the host's network and its name servers. */
  readonly network: 'none' | 'host';
  readonly ids: Ids;
  /** Use the caller's terminal, with job control. */
  readonly terminal: boolean;
  readonly limits: SandboxLimits;
}

/** What happens to one stream: passed through, closed, or handed over chunk by chunk. */
export type OutputTarget = 'inherit' | 'ignore' | ((chunk: Buffer) => void);

export interface SessionStreams {
  /** A string is written and the stream is closed. */
  readonly stdin: 'inherit' | 'ignore' | { readonly text: string };
  readonly stdout: OutputTarget;
  readonly stderr: OutputTarget;
}

/** Exactly what a shell would report: the command's own code, or 128 and the signal's number. */
export interface ExitStatus {
  readonly code: number;
  /** The limit that was reached, where that ended the command. */
  readonly limit?: LimitName | undefined;
  /** Of a command that failed: limits that it had and that the kernel keeps without saying when they are reached. */
  readonly uncounted?: readonly LimitName[] | undefined;
}
