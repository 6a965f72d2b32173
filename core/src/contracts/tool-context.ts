import type { Ids } from './ids.ts';
import type { ArchivePin } from './lock.ts';
import type { SandboxMount, SandboxRoot } from './sandbox.ts';

/** One program to run in a sandbox on behalf of a plugin. */
export interface ToolRun {
  readonly root: SandboxRoot;
  readonly command: readonly string[];
  /** Merged over the fixed build environment (`BUILD_ENVIRONMENT`). */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly mounts?: readonly SandboxMount[] | undefined;
  readonly network?: 'none' | 'host' | undefined;
  readonly stdin?: string | undefined;
}

export interface ToolResult {
  readonly code: number;
  /** Decoded as UTF-8. At most 64 MiB; more is an error. */
  readonly stdout: string;
  /** The last 64 KiB. */
  readonly stderr: string;
}

export interface ToolContext {
  readonly ids: Ids;
  readonly signal: AbortSignal;
  /** Runs a program in a sandbox and waits; a non-zero code is not an error here. */
  run(run: ToolRun): Promise<ToolResult>;
  /** An empty directory of this operation's own, on the store's file system, owned by id 0; removed afterwards. */
  readonly scratch: string;
}

export interface ResolveContext extends ToolContext {
  /**
   * A directory that outlives the operation and is shared by plugins that use the same name: a cache.
   * What is in it may be gone the next time; nothing that comes out of a sandbox with a foreign root may be put in.
   */
  cache(name: string): Promise<string>;
  /** Runs the action while no other process of this store runs one under the same name. */
  exclusive<T>(name: string, action: () => Promise<T>): Promise<T>;
  /** Tells people what is going on: one short line. */
  progress(message: string): void;
}

export interface BuildContext extends ToolContext {
  /** Puts verified copies of the archives into a directory, each under its given name; gives the directory. */
  archives(files: readonly { readonly archive: ArchivePin; readonly name: string }[]): Promise<string>;
}
