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
  /** How many files this user may still make; `null` where the file system has no limit of its own. */
  readonly freeFiles: number | null;
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
    const { type, bavail, bsize, files, ffree } = await statfs(path);
    // Btrfs and the like make inodes as they need them, and have none to count.
    return { type, free: bavail * bsize, freeFiles: files === 0 ? null : ffree };
  },
};
