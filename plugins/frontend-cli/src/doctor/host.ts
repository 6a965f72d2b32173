import { constants, existsSync } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';

/** What the checks ask of this machine; tests answer differently. */
export interface Host {
  readonly nodeVersion: string;
  readonly uid: number;
  exists(path: string): boolean;
  owner(path: string): Promise<number>;
  isWritable(path: string): Promise<boolean>;
  fileSystem(path: string): Promise<FileSystem>;
}

export interface FileSystem {
  /** The kernel's magic number of its kind. */
  readonly type: number;
  /** Bytes that this user may still write. */
  readonly free: number;
}

export const thisHost: Host = {
  nodeVersion: process.versions.node,
  uid: process.getuid?.() ?? 0,
  exists: existsSync,
  owner: async (path) => (await stat(path)).uid,
  isWritable: (path) =>
    access(path, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    ),
  async fileSystem(path) {
    const { type, bavail, bsize } = await statfs(path);
    return { type, free: bavail * bsize };
  },
};
