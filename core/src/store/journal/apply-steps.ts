import fs from 'node:fs';
import path from 'node:path';

import type { StoreLayout } from '../store-layout.ts';
import { corruptRecord, writeSynced } from '../record-file.ts';
import { syncDirectory } from '../sync-disk.ts';
import { removeFile } from '../remove-file.ts';
import { hasCode } from '../system-error.ts';
import { uniqueName } from '../unique-name.ts';
import type { Step, WriteStep } from './step.ts';

/** A step that needs no room any more: what it writes lies below `tmp/`, on the disk. */
export type ReadyStep = Exclude<Step, WriteStep> | (WriteStep & { readonly file: string });

/** @param staging an own directory below `tmp/`, made where something is to be written */
export function makeReady(steps: readonly Step[], staging: () => string): readonly ReadyStep[] {
  const ready: ReadyStep[] = [];
  try {
    for (const step of steps) {
      if (step.step !== 'write') ready.push(step);
      else ready.push({ ...step, file: writeText(step.text, staging()) });
    }
    return ready;
  } catch (error) {
    discardReady(ready);
    throw error;
  }
}

function writeText(text: string, staging: string): string {
  const file = path.join(staging, uniqueName());
  writeSynced(file, text);
  return file;
}

/** Takes back what was made ready and is not decided: it would hold room that somebody is waiting for. */
export function discardReady(steps: readonly ReadyStep[]): void {
  for (const step of steps) if (step.step === 'write') removeFile(step.file);
}

/**
 * Does the steps, those that are done already excepted; on the disk when it returns.
 *
 * @returns the directories that steps discarded, which the caller may remove
 */
export function applySteps(layout: StoreLayout, steps: readonly ReadyStep[]): readonly string[] {
  const place = (relative: string): string => path.join(layout.root, relative);
  const changed = new Set<string>();
  const discarded: string[] = [];
  for (const step of steps) {
    // Readers see the old bytes or the new ones.
    if (step.step === 'write') putInPlace(step.file, place(step.path));
    else if (step.step === 'remove') removeFile(place(step.path));
    else if (step.step === 'move') moveOnce(place(step.from), place(step.to));
    else {
      const aside = discardedPlace(layout);
      if (moveUnlessDone(place(step.path), aside)) discarded.push(aside);
    }
    changed.add(path.dirname(place(step.step === 'move' ? step.to : step.path)));
  }
  for (const directory of changed) if (fs.existsSync(directory)) syncDirectory(directory);
  return discarded;
}

/** Whoever sweeps `tmp/` may remove what lies there. */
export function discardedPlace(layout: StoreLayout): string {
  return path.join(layout.directory('tmp'), `discarded-${uniqueName()}`);
}

/** @throws KarapaceError `STORE_CORRUPT` where there is neither what is to be moved nor what was */
function moveOnce(from: string, to: string): void {
  if (moveUnlessDone(from, to) || fs.existsSync(to)) return;
  throw corruptRecord(to, `it was to come from \`${from}\`, which is missing`);
}

function moveUnlessDone(from: string, to: string): boolean {
  try {
    putInPlace(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT') && !fs.existsSync(from)) return false;
    throw error;
  }
}

/** What was decided was found to fit, but somebody may have put something there since. */
function putInPlace(from: string, to: string): void {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (hasCode(error, 'EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST')) throw corruptRecord(to, 'something else is there');
    throw error;
  }
}
