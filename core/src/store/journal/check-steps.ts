import fs from 'node:fs';
import path from 'node:path';

import { corruptRecord } from '../record-file.ts';
import type { StoreLayout } from '../store-layout.ts';
import { hasCode } from '../system-error.ts';
import type { Step } from './step.ts';

/**
 * Looks whether every step can be done, before they are decided: what is decided and cannot be done would stop everything
 * else.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming what is in the way, or the directory that is missing
 */
export function checkSteps(layout: StoreLayout, steps: readonly Step[]): void {
  const made = new Set<string>();
  for (const step of steps) {
    const place = step.step === 'move' ? step.to : step.path;
    if (made.has(path.dirname(place))) continue;
    checkPlace(path.join(layout.root, place), step.step);
    if (step.step === 'move') made.add(place);
  }
}

function checkPlace(place: string, step: Step['step']): void {
  const directory = path.dirname(place);
  const above = lookAt(directory);
  if (above === undefined) throw corruptRecord(directory, 'the directory is missing');
  if (!above.isDirectory()) throw corruptRecord(directory, 'it is no directory');
  if (step === 'discard') return;
  const found = lookAt(place);
  if (found === undefined) return;
  if (step === 'move') throw corruptRecord(place, 'it is where something new is to be');
  if (found.isDirectory()) throw corruptRecord(place, 'it is not a file');
}

function lookAt(file: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if (hasCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}
