import type { Readable } from 'node:stream';

import type { HttpClient } from './http.ts';
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
  readonly http: HttpClient;
  /**
   * Streams an archive into the store whose size and digest nobody has told yet, and pins what came. What is known beforehand, such as a
   * signed checksum, is compared with the pin by the caller.
   *
   * @param content its bytes; by default they are downloaded from its URL
   * @throws KarapaceError `OFFLINE`, `DOWNLOAD_FAILED`, `DOWNLOAD_CORRUPT` where it is empty or has more than 16 GiB, `STORE_FULL`
   */
  keep(archive: UnpinnedArchive, content?: Readable): Promise<ArchivePin>;
}

export type UnpinnedArchive = Omit<ArchivePin, 'size' | 'sha256'>;

export interface UnpackTarget {
  /** Empty, and of this operation alone. */
  readonly directory: string;
  /**
   * `oci`: `.wh.<name>` and `.wh..wh..opq` take away what the archives below have, as the OCI image specification says. `none`: they are
   * files like others.
   */
  readonly whiteouts: 'none' | 'oci';
}

export interface BuildContext extends ToolContext {
  /** Puts verified copies of the archives into a directory, each under its given name; gives the directory. */
  archives(files: readonly { readonly archive: ArchivePin; readonly name: string }[]): Promise<string>;
  /**
   * Fills a directory with what tar archives of the store hold, the lowest first: plain, or compressed by gzip, zstd or xz, which their
   * first bytes tell. What an archive has takes the place of what those below it have, but a directory keeps what is in it. Only with
   * `oci` whiteouts a link of a lower archive is followed, and never out of the directory. Device nodes are left out; with `single` ids every owner becomes 0. See `docs/store-format.md`,
   * "Tar", for what is refused.
   *
   * @throws KarapaceError `ARCHIVE_INVALID` naming the archive and the member that is refused; `STORE_CORRUPT`
   */
  unpack(archives: readonly ArchivePin[], target: UnpackTarget): Promise<void>;
}
