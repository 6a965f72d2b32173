import fs from 'node:fs';
import path from 'node:path';

import { KarapaceError } from '../errors.ts';
import { readStoreFile } from './read-store-file.ts';
import { decodeRecord, encodeRecord, type RecordKind } from './record.ts';
import { syncDirectory } from './sync-disk.ts';
import { uniqueName } from './unique-name.ts';
import { removeFile } from './remove-file.ts';

/** A kind of record, and the version to read; default is the one that is written now. */
interface RecordForm {
  readonly kind: RecordKind;
  readonly version?: number | undefined;
}

/**
 * The value of a record, or `undefined` where there is no such file.
 *
 * @throws KarapaceError `STORE_CORRUPT` or `STORE_VERSION` naming the file
 */
function readRecord({ kind, version }: RecordForm, file: string): unknown {
  const text = readText(file);
  if (text === undefined) return undefined;
  const decoded = decodeRecord(kind, text, version);
  if ('damage' in decoded) throw corruptRecord(file, decoded.damage);
  if ('version' in decoded) throw versionError(file, decoded.version);
  return decoded.value;
}

/**
 * A value that only `kind`'s own writer can have made; a record of another form is damaged.
 *
 * @param form the kind, or an older version of it
 */
export function readRecordAs<T>(
  form: RecordKind | RecordForm,
  file: string,
  isValid: (value: unknown) => value is T,
): T | undefined {
  const known: RecordForm = typeof form === 'string' ? { kind: form } : form;
  const value = readRecord(known, file);
  if (value === undefined || isValid(value)) return value;
  throw corruptRecord(file, `it is no ${known.kind}`);
}

function readText(file: string): string | undefined {
  const found = readStoreFile(file);
  if (found === 'not a file') throw corruptRecord(file, 'it is not a file');
  return found === 'missing' ? undefined : found.bytes.toString('utf8');
}

/** Writes a record so that readers see the old one or the new one; durable when it returns. */
export function writeRecord(
  kind: RecordKind,
  file: string,
  options: { readonly value: object; readonly staging: string },
): void {
  const temporary = path.join(options.staging, uniqueName());
  try {
    writeSynced(temporary, encodeRecord(kind, options.value));
    fs.renameSync(temporary, file);
  } catch (error) {
    removeFile(temporary);
    throw error;
  }
  syncDirectory(path.dirname(file));
}

/** Creates a file whose bytes are on the disk when it returns; its name is not yet. */
export function writeSynced(file: string, text: string): void {
  const descriptor = fs.openSync(file, 'wx', 0o644);
  try {
    fs.writeFileSync(descriptor, text);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

export function corruptRecord(file: string, reason: string): KarapaceError {
  return new KarapaceError('STORE_CORRUPT', `The store's record \`${path.basename(file)}\` is damaged: ${reason}`, {
    hint: `Move \`${file}\` away and build again; \`--locked\` gives the same environment.`,
    place: { file },
  });
}

function versionError(file: string, version: number): KarapaceError {
  return new KarapaceError(
    'STORE_VERSION',
    `The store's record \`${path.basename(file)}\` has the format ${version}, and this Karapace reads format 1`,
    {
      hint: 'Use the Karapace that wrote it, or another store with `--store`.',
      place: { file },
    },
  );
}
