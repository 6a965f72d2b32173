import fs from 'node:fs';
import path from 'node:path';

import type { StoreLayout } from '../store-layout.ts';
import { corruptRecord, writeSynced } from '../record-file.ts';
import { syncDirectory } from '../sync-disk.ts';
import { removeFile } from '../remove-file.ts';
import { hasCode } from '../system-error.ts';
import { uniqueName } from '../unique-name.ts';
import type { Step } from './step.ts';

/**
 * Does the steps, those that are done already excepted; on the disk when it returns.
 *
 * @param staging gives an own directory below `tmp/`, which taking things away does without: it must need no space
 * @returns the directories that steps discarded, which the caller may remove
 */
export function applySteps(layout: StoreLayout, steps: readonly Step[], staging: () => string): readonly string[] {
  const place = (relative: string): string => path.join(layout.root, relative);
  const changed = new Set<string>();
  const discarded: string[] = [];
  for (const step of steps) {
    if (step.step === 'write') replaceFile(place(step.path), step.text, staging());
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

/** Readers see the old bytes or the new ones. */
function replaceFile(file: string, text: string, staging: string): void {
  const temporary = path.join(staging, uniqueName());
  writeSynced(temporary, text);
  fs.renameSync(temporary, file);
}

/** @throws KarapaceError `STORE_CORRUPT` where there is neither what is to be moved nor what was */
function moveOnce(from: string, to: string): void {
  if (moveUnlessDone(from, to) || fs.existsSync(to)) return;
  throw corruptRecord(to, `it was to come from \`${from}\`, which is missing`);
}

function moveUnlessDone(from: string, to: string): boolean {
  try {
    fs.renameSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT') && !fs.existsSync(from)) return false;
    throw error;
  }
}
