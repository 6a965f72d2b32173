import fs from 'node:fs';
import path from 'node:path';

import type { StorePart } from '../../contracts/verify.ts';
import { examineRecord } from '../record-file.ts';
import type { RecordKind } from '../record.ts';
import type { StoreLayout } from '../store-layout.ts';
import { hasCode } from '../system-error.ts';
import { byteString } from '../system-path.ts';
import type { ByteString } from '../tree-entry.ts';
import { problemOf, STRANGER, type Found, type Tally } from './found.ts';

/** A look at the small files of a store. */
export interface Inspection {
  readonly layout: StoreLayout;
  readonly tally: Tally;
}

/** A path in the store, as findings have it. */
function relativeTo({ root }: StoreLayout, file: string): ByteString {
  return byteString(path.relative(root, file));
}

type Finding = Omit<Found, 'file'>;

export function find({ layout, tally }: Inspection, file: string, finding: Finding): void {
  tally.found.push({ file: relativeTo(layout, file), ...finding });
}

export interface RecordPlace {
  readonly file: string;
  readonly part: StorePart;
  readonly kind: RecordKind;
}

/** The value of a record; `undefined` where it is damaged, which is then found. */
export function inspectRecord<T>(
  inspection: Inspection,
  { file, part, kind }: RecordPlace,
  isValid: (value: unknown) => value is T,
): T | undefined | 'missing' {
  const examined = attempt(inspection, { file, part }, () => examineRecord(kind, file, isValid));
  if (examined === 'missing') return 'missing';
  inspection.tally.checked += 1;
  if (examined === undefined) return undefined;
  if ('value' in examined) return examined.value;
  const reason =
    'damage' in examined ? examined.damage : `its format is ${examined.version}, which is another Karapace's`;
  find(inspection, file, { part, problem: 'damaged', reason });
  return undefined;
}

function attempt<T>(
  inspection: Inspection,
  { file, part }: { readonly file: string; readonly part: StorePart },
  action: () => T,
): T | undefined {
  try {
    return action();
  } catch (error) {
    find(inspection, file, { part, ...problemOf(error) });
    return undefined;
  }
}

/** What is in a directory that must be there; nothing, and a finding, where it cannot be listed. */
export function inspectDirectory(
  inspection: Inspection,
  directory: string,
  part: StorePart = 'directory',
): readonly ByteString[] {
  if (inspectPlainDirectory(inspection, directory, part) === undefined) return [];
  const list = (): readonly ByteString[] => fs.readdirSync(directory, { encoding: 'latin1' });
  return attempt(inspection, { file: directory, part }, list) ?? [];
}

/** What must be a directory, into which not everybody may look; `undefined`, and a finding, where it is none. */
export function inspectPlainDirectory(
  inspection: Inspection,
  directory: string,
  part: StorePart,
): fs.Stats | undefined {
  const stats = fs.lstatSync(directory, { throwIfNoEntry: false });
  if (stats === undefined) {
    find(inspection, directory, { part, problem: 'missing', reason: 'the directory is missing' });
    return undefined;
  }
  inspection.tally.checked += 1;
  if (stats.isDirectory()) return stats;
  find(inspection, directory, { part, problem: 'damaged', reason: 'it is no directory' });
  return undefined;
}

/** What must be a file where it is there at all; what is in it does not matter. */
export function inspectPlainFile(inspection: Inspection, file: string, part: StorePart): void {
  const stats = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return;
  inspection.tally.checked += 1;
  if (!stats.isFile()) find(inspection, file, { part, problem: 'damaged', reason: 'it is not a file' });
}

/** Whether something is there, of whatever kind. */
export function isThere(file: string): boolean {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (hasCode(error, 'ENOTDIR', 'EACCES')) return false;
    throw error;
  }
}

/** Something in a directory that nobody can have put there. */
export function findStranger(
  { layout, tally }: Inspection,
  { directory, name, part }: { readonly directory: string; readonly name: ByteString; readonly part: StorePart },
): void {
  const file = `${relativeTo(layout, directory)}/${name}`;
  tally.found.push({ file, part, problem: 'foreign', reason: STRANGER });
}

/** What is in a directory; nothing where it cannot be listed, which is found where all of them are looked at. */
export function namesIn(directory: string): readonly ByteString[] {
  try {
    return fs.readdirSync(directory, { encoding: 'latin1' });
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EIO')) return [];
    throw error;
  }
}
