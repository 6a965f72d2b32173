import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { KarapaceError, type ArchivePin, type ResolveContext } from '@karapace/core';

import type { FoundPackage } from './find-packages.ts';
import { checkedPackage } from './package-check.ts';
import { mirrorError } from './resolve-errors.ts';

/** SHA-256 sums of packages that were fetched before, by the identity that signed indexes have. */
const CACHE = 'apk-digests';

/**
 * Pins a package. An index has no digest of a whole file, so the file is fetched and kept, and checked against what the index has;
 * unless that was done before.
 *
 * @throws KarapaceError `MIRROR_FAILED`, `OFFLINE`, `STORE_FULL`
 */
export async function keepPackage(found: FoundPackage, context: ResolveContext): Promise<ArchivePin> {
  const { name, version, arch, url, size, identity } = found;
  const cache = await context.cache(CACHE);
  const known = await readDigest(join(cache, identity));
  if (known !== undefined) return { name, version, arch, url, size, sha256: known };
  const pin = await context.keep({ name, version, arch, url }, await openPackage(found, context));
  await writeDigest(cache, identity, pin.sha256);
  return pin;
}

async function openPackage(found: FoundPackage, { http }: ResolveContext): Promise<Readable> {
  const { status, body } = await http.open(found.url);
  if (status === 200) return Readable.from(named(checkedPackage(body, found), found.url), { objectMode: false });
  body.destroy();
  throw mirrorError(found.url, `it answers with status ${status}`);
}

/** Names the address in what goes wrong while the package arrives. */
async function* named(content: AsyncIterable<Buffer>, url: string): AsyncGenerator<Buffer> {
  try {
    yield* content;
  } catch (error) {
    if (error instanceof KarapaceError) throw error;
    throw mirrorError(url, `the file ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** Undefined where there is none, or none that can be read: it is a cache. */
async function readDigest(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^[0-9a-f]{64}$/u.test(text) ? text : undefined;
}

async function writeDigest(cache: string, identity: string, sha256: string): Promise<void> {
  const place = await mkdtemp(join(cache, 'new-'));
  try {
    await writeFile(join(place, identity), sha256);
    await rename(join(place, identity), join(cache, identity));
  } finally {
    await rm(place, { recursive: true });
  }
}
