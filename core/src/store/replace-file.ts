import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { uniqueName } from './unique-name.ts';

export interface ReplaceOptions {
  /** Permissions, and who it belongs to; default 0644, less the umask, and whoever runs this. */
  readonly like?: { readonly mode: number; readonly uid: number; readonly gid: number } | undefined;
  /** How the name ends that the new file has until then; default with nothing. */
  readonly suffix?: string | undefined;
  /** Called when the new file is whole and has no name yet but the one that is given; throws where it may not become the old one. */
  readonly check?: ((temporary: string) => Promise<void>) | undefined;
}

/** Replaces a file of a project as a whole, or leaves it as it is; it is on the disk when this resolves. */
export async function replaceFile(file: string, content: string | Buffer, options: ReplaceOptions = {}): Promise<void> {
  const { dir, base } = path.parse(file);
  const temporary = path.join(dir, `.${base}.${uniqueName()}${options.suffix ?? ''}`);
  try {
    await write(temporary, content, options);
    await options.check?.(temporary);
    await rename(temporary, file);
    await syncDirectory(dir);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function write(file: string, content: string | Buffer, { like }: ReplaceOptions): Promise<void> {
  await using handle = await open(file, 'wx', 0o644);
  await handle.writeFile(content);
  if (like !== undefined) {
    const { uid, gid } = await handle.stat();
    if (uid !== like.uid || gid !== like.gid) await handle.chown(like.uid, like.gid);
    await handle.chmod(like.mode & 0o7777);
  }
  await handle.sync();
}

async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory, 'r');
  await handle.sync();
}
