import type { ByteString } from './tree-entry.ts';

/** A path as Node's file system calls take it: a string would be encoded as UTF-8, so other bytes go as a buffer. */
export function systemPath(path: ByteString): string | Buffer {
  return isAscii(path) ? path : Buffer.from(path, 'latin1');
}

function isAscii(path: ByteString): boolean {
  return /^[\x00-\x7f]*$/.test(path);
}

/** The text that bytes are in UTF-8, or `undefined`. */
export function textOf(path: ByteString): string | undefined {
  if (isAscii(path)) return path;
  const bytes = Buffer.from(path, 'latin1');
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

/** The bytes that Node's file system calls use for a string. */
export function byteString(path: string): ByteString {
  return Buffer.from(path, 'utf8').toString('latin1');
}

/** The path of a name in a directory; the empty name is the directory itself. */
export function below(directory: ByteString, path: ByteString): ByteString {
  return path === '' ? directory : `${directory}/${path}`;
}
