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

/** What there is in the place of a record. */
export type ExaminedRecord<T> =
  | 'missing'
  | { readonly value: T }
  | { readonly version: number }
  | { readonly damage: string };

/**
 * Looks at a record without judging it.
 *
 * @param form the kind, or an older version of it
 * @param isValid whether only the kind's own writer can have made a value
 */
export function examineRecord<T>(
  form: RecordKind | RecordForm,
  file: string,
  isValid: (value: unknown) => value is T,
): ExaminedRecord<T> {
  const { kind, version }: RecordForm = typeof form === 'string' ? { kind: form } : form;
  const found = readStoreFile(file);
  if (found === 'missing') return 'missing';
  if (found === 'not a file') return { damage: 'it is not a file' };
  const decoded = decodeRecord(kind, found.bytes.toString('utf8'), version);
  if (!('value' in decoded)) return decoded;
  const { value } = decoded;
  return isValid(value) ? { value } : { damage: `it is no ${kind}` };
}

/**
 * A value that only `form`'s own writer can have made, or `undefined` where there is no such file.
 *
 * @throws KarapaceError `STORE_CORRUPT` or `STORE_VERSION` naming the file
 */
export function readRecordAs<T>(
  form: RecordKind | RecordForm,
  file: string,
  isValid: (value: unknown) => value is T,
): T | undefined {
  const found = examineRecord(form, file, isValid);
  if (found === 'missing') return undefined;
  if ('damage' in found) throw corruptRecord(file, found.damage);
  if ('version' in found) throw versionError(file, found.version);
  return found.value;
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

/** Creates a file whose bytes are on the disk when it returns; its name is not yet. Where it cannot be written, it is gone. */
export function writeSynced(file: string, text: string): void {
  const descriptor = fs.openSync(file, 'wx', 0o644);
  try {
    fs.writeFileSync(descriptor, text);
    fs.fsyncSync(descriptor);
  } catch (error) {
    // Half of it would hold room that somebody is waiting for.
    removeFile(file);
    throw error;
  } finally {
    fs.closeSync(descriptor);
  }
}

export function corruptRecord(file: string, reason: string): KarapaceError {
  return new KarapaceError('STORE_CORRUPT', `The store's record \`${path.basename(file)}\` is damaged: ${reason}`, {
    hint: 'Run `karapace verify-store --repair`; environments that do not need it can be used meanwhile.',
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
