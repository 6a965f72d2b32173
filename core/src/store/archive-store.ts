import fs from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';

import type { ObjectId } from '../contracts/ids.ts';
import type { ArchivePin } from '../contracts/lock.ts';
import type { ArchiveStore } from '../contracts/store.ts';
import type { UnpinnedArchive } from '../contracts/tool-context.ts';
import { KarapaceError } from '../errors.ts';
import { BUILD_EPOCH } from '../layers/build-environment.ts';
import { blake3Hasher } from './blake3.ts';
import { hashFile } from './hash-file.ts';
import { touch } from './lease.ts';
import { PLAIN_CLASS } from './metadata-class.ts';
import { corruptRecord, readRecordAs } from './record-file.ts';
import { encodeRecord } from './record.ts';
import type { StoreCore } from './store-core.ts';
import { isDigest, type StoreLayout } from './store-layout.ts';
import { whileNoSweep } from './sweep-lock.ts';
import { hasCode, inStore } from './system-error.ts';
import { byteString } from './system-path.ts';
import { uniqueName } from './unique-name.ts';
import { removeFile } from './remove-file.ts';

export interface ArchiveRecord {
  /** Of the archive, so that no record can take the place of another; those of before do not have it. */
  readonly sha256?: string | undefined;
  readonly object: ObjectId;
  readonly size: number;
}

export function archiveStore(core: StoreCore): ArchiveStore {
  const { layout } = core;
  return {
    has: (archive) =>
      inStore({ root: layout.root }, async () => {
        const isHere = () => findArchive(layout, archive) !== undefined;
        if (!core.isLeased()) return isHere();
        return whileNoSweep(layout, () => {
          touch(layout.archive(archive.sha256));
          return isHere();
        });
      }),
    add: (archive, content, onBytes) =>
      inStore({ root: layout.root, needed: archive.size }, async () => {
        const check = (received: Received): void => checkPinned(archive, received);
        await addArchive(core, { archive, content, onBytes, limit: archive.size, check });
      }),
    keep: (archive, content, onBytes) =>
      inStore({ root: layout.root }, async () => {
        const check = ({ size }: Received): void => {
          if (size === 0) throw corruptDownload(archive, 'no bytes');
        };
        const { size, sha256 } = await addArchive(core, { archive, content, onBytes, limit: UNPINNED_LIMIT, check });
        return { ...archive, size, sha256 };
      }),
    place: (files, directory) =>
      inStore({ root: layout.root }, async () => {
        for (const { archive, name } of files) placeArchive(layout, archive, path.join(directory, plainName(name)));
      }),
  };
}

interface FoundArchive {
  /** The file. */
  readonly object: string;
  readonly id: ObjectId;
}

function findArchive(layout: StoreLayout, { sha256, size }: ArchivePin): FoundArchive | undefined {
  const record = readArchiveRecord(layout, sha256);
  if (record === undefined) return undefined;
  const object = layout.object(record.object, PLAIN_CLASS);
  const isWhole = record.size === size && fs.lstatSync(object, { throwIfNoEntry: false })?.size === size;
  return isWhole ? { object, id: record.object } : undefined;
}

/** @throws KarapaceError `STORE_CORRUPT` naming the file */
export function readArchiveRecord(layout: StoreLayout, sha256: string): ArchiveRecord | undefined {
  const file = layout.archive(sha256);
  const record = readRecordAs('archive', file, isArchiveRecord);
  if (record?.sha256 === undefined || record.sha256 === sha256) return record;
  throw corruptRecord(file, 'it is the record of another archive');
}

export function isArchiveRecord(value: unknown): value is ArchiveRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { object, size } = value as Partial<ArchiveRecord>;
  return typeof object === 'string' && isDigest(object) && Number.isSafeInteger(size);
}

/** Bytes that an archive has at most whose size nobody has pinned. */
const UNPINNED_LIMIT = 16 * 1024 ** 3;

interface Received {
  readonly sha256: string;
  readonly size: number;
  readonly object: ObjectId;
}

interface Addition {
  readonly archive: UnpinnedArchive;
  readonly content: Readable;
  readonly onBytes: ((count: number) => void) | undefined;
  readonly limit: number;
  /** Throws where what was received is not to be kept. */
  readonly check: (received: Received) => void;
}

async function addArchive(core: StoreCore, addition: Addition): Promise<Received> {
  const { layout } = core;
  const temporary = path.join(await core.staging(), `archive-${uniqueName()}`);
  const record = `${temporary}.record`;
  try {
    const received = await receive(temporary, addition);
    addition.check(received);
    const { sha256, size, object } = received;
    const value: ArchiveRecord = { sha256, object, size };
    fs.writeFileSync(record, encodeRecord('archive', value), { mode: 0o644 });
    // Both names below promise whole bytes; many archives that come at the same time share one sync.
    await core.sync();
    await whileNoSweep(layout, () => {
      linkObject(temporary, layout.object(object, PLAIN_CLASS));
      fs.renameSync(record, layout.archive(sha256));
    });
    return received;
  } finally {
    removeFile(temporary);
    removeFile(record);
  }
}

/** Writes the bytes under a temporary name. */
async function receive(file: string, { archive, content, onBytes, limit }: Addition): Promise<Received> {
  const sha256 = process.getBuiltinModule('node:crypto').createHash('sha256');
  const blake3 = blake3Hasher();
  let size = 0;
  const descriptor = fs.openSync(file, 'wx', 0o644);
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw corruptDownload(archive, `more than ${limit} bytes`);
      fs.writeFileSync(descriptor, chunk);
      sha256.update(chunk);
      blake3.update(chunk);
      onBytes?.(chunk.length);
    }
    fs.fchmodSync(descriptor, 0o644);
    fs.futimesSync(descriptor, BUILD_EPOCH, BUILD_EPOCH);
    return { sha256: sha256.digest('hex'), size, object: blake3.digest('hex') as ObjectId };
  } finally {
    fs.closeSync(descriptor);
  }
}

function checkPinned(archive: ArchivePin, { size, sha256 }: Received): void {
  if (size !== archive.size) throw corruptDownload(archive, `${size} bytes instead of ${archive.size}`);
  if (sha256 !== archive.sha256) throw corruptDownload(archive, `sha256 ${sha256} instead of ${archive.sha256}`);
}

/** A rename, so that bytes that were just verified take the place of any that are there. */
function linkObject(temporary: string, object: string): void {
  fs.renameSync(temporary, object);
}

/**
 * The file that holds an archive, all of whose bytes were just verified.
 *
 * @throws KarapaceError `STORE_CORRUPT`
 */
export function verifiedArchive(layout: StoreLayout, archive: ArchivePin): string {
  const found = findArchive(layout, archive);
  if (found === undefined) throw corruptArchive(archive, 'it is missing or cut');
  if (hashFile(byteString(found.object), archive.size) !== found.id) {
    throw corruptArchive(archive, 'its bytes changed');
  }
  return found.object;
}

function placeArchive(layout: StoreLayout, archive: ArchivePin, target: string): void {
  const object = verifiedArchive(layout, archive);
  try {
    fs.linkSync(object, target);
  } catch (error) {
    if (!hasCode(error, 'EMLINK')) throw error;
    fs.copyFileSync(object, target, fs.constants.COPYFILE_EXCL);
  }
}

function plainName(name: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('/'))
    throw new TypeError(`\`${name}\` is no file name`);
  return name;
}

function corruptDownload(archive: UnpinnedArchive, found: string): KarapaceError {
  if (archive.url.startsWith('file:')) {
    return new KarapaceError('DOWNLOAD_CORRUPT', `The file \`${archive.name}\` of the image has ${found}`, {
      hint: 'Put the right file there; if it is the right one, move `karapace.lock` away and run `karapace build`.',
    });
  }
  return new KarapaceError('DOWNLOAD_CORRUPT', `The download of \`${archive.name}\` ${archive.version} has ${found}`, {
    hint: 'Try again later; if it stays so, the mirror serves another file than the lock pins.',
  });
}

function corruptArchive(archive: ArchivePin, reason: string): KarapaceError {
  return new KarapaceError(
    'STORE_CORRUPT',
    `The archive \`${archive.name}\` ${archive.version} in the store is damaged: ${reason}`,
    {
      hint: 'Run `karapace verify-store --repair`, which fetches it again.',
    },
  );
}
