import { lstat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

import { sha256Of } from './descriptor.ts';
import { openRegularFile, readRegularFile } from './read-regular-file.ts';

const BLOBS = 'blobs/sha256';
const BLOB_ADDRESS = /^file:(?:\/\/)?(?<layout>.+)\/blobs\/sha256\/(?<hex>[0-9a-f]{64})$/u;

/**
 * Reads one of a layout's own files. Nothing below the layout's directory may be a link, whoever made it: it is often unpacked from an
 * archive of somebody else's.
 *
 * @param name `index.json`, `oci-layout`
 */
export function readLayoutFile(directory: string, name: string, maxBytes: number): Promise<Buffer> {
  return readRegularFile(path.join(directory, name), { links: 'refuse', maxBytes });
}

/** @param digest of `sha256` */
export async function readBlob(directory: string, digest: string, maxBytes: number): Promise<Buffer> {
  return readRegularFile(await blobFile(directory, digest), { links: 'refuse', maxBytes });
}

/** @param digest of `sha256` */
export async function openBlob(directory: string, digest: string): Promise<FileHandle> {
  return openRegularFile(await blobFile(directory, digest), 'refuse');
}

async function blobFile(directory: string, digest: string): Promise<string> {
  const file = path.join(directory, BLOBS, sha256Of(digest));
  for (const part of [path.dirname(path.dirname(file)), path.dirname(file)]) {
    if (!(await lstat(part)).isDirectory()) throw new Error(`\`${part}\` is no directory`);
  }
  return file;
}

/** As a lock has it: from the project's directory, or from the root. */
export function blobAddress(layout: string, digest: string): string {
  const file = path.join(layout, BLOBS, sha256Of(digest)).split('/').map(encodeURIComponent).join('/');
  if (file.startsWith('/')) return `file://${file}`;
  return file.startsWith('../') ? `file:${file}` : `file:./${file}`;
}

/** The layout and the digest behind such an address; `undefined` for the address of anything else. */
export function parseBlobAddress(address: string): { readonly layout: string; readonly digest: string } | undefined {
  const { layout = '', hex = '' } = BLOB_ADDRESS.exec(address)?.groups ?? {};
  const decoded = decode(layout);
  return decoded === undefined || hex === '' ? undefined : { layout: decoded, digest: `sha256:${hex}` };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
