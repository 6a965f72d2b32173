import path from 'node:path';

/** No path and no variable of a manifest holds these. */
export const CONTROL = /[\u0000-\u001F\u007F-\u009F]/;

/** The kernel's file systems. */
export const KERNEL_TREES: readonly string[] = ['/proc', '/sys', '/dev'];

/** Something is mounted there in every sandbox, so that nothing of a layer is seen. */
export const HIDDEN_TREES: readonly string[] = [...KERNEL_TREES, '/tmp', '/run'];

/** A path without `.`, doubled slashes and a slash at its end. */
export function normalPath(written: string): string {
  const normal = path.posix.normalize(written).replace(/^\/+/, '/');
  return normal === '/' ? normal : normal.replace(/\/$/, '');
}

/** Whether a normal path is one of the directories, or in one. */
export function isBelow(normal: string, directories: readonly string[]): boolean {
  return directories.some((top) => normal === top || normal.startsWith(`${top}/`));
}
