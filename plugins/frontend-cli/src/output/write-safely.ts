import { writeSync } from 'node:fs';

import { endEarly } from '../tell-unfinished.ts';

let isStdoutWatched = false;
let isStderrWatched = false;

/**
 * Writes to stdout. A reader that went away ends the program quietly, a full disk is an error.
 *
 * Node's streams are not opened for this, nor for notes: that is a good part of the time that a short command takes.
 */
export function writeResult(text: string): void {
  const bytes = Buffer.from(text);
  if (isStdoutWatched) return writeLater(bytes);
  try {
    const rest = writeNow(1, bytes);
    if (rest.length > 0) writeLater(rest);
  } catch (error) {
    endWithoutStdout(error as NodeJS.ErrnoException);
  }
}

/** @returns what a pipe has no room for that somebody else made non-blocking: a stream waits for it */
function writeNow(descriptor: 1 | 2, bytes: Buffer): Buffer {
  let rest = bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
  return rest;
}

function writeLater(rest: Buffer): void {
  watchStdout();
  process.stdout.write(rest);
}

function watchStdout(): void {
  if (!isStdoutWatched) process.stdout.on('error', endWithoutStdout);
  isStdoutWatched = true;
}

/** The same for text of any length: resolves when there is room for more. */
export async function writeResultSlowly(text: string): Promise<void> {
  watchStdout();
  if (process.stdout.write(text)) return;
  await new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** Writes to stderr. Where nobody reads it any more there is nobody to tell, and the work is worth finishing. */
export function writeNote(text: string): void {
  const bytes = Buffer.from(text);
  if (isStderrWatched) return noteLater(bytes);
  try {
    const rest = writeNow(2, bytes);
    if (rest.length > 0) noteLater(rest);
  } catch {
    // As a stream would have it that nobody listens to.
  }
}

function noteLater(rest: Buffer): void {
  if (!isStderrWatched) process.stderr.on('error', () => undefined);
  isStderrWatched = true;
  process.stderr.write(rest);
}

function endWithoutStdout(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') endEarly(0);
  writeNote(
    `error[OUTPUT_FAILED]: Cannot write the result to stdout\n  cause: ${error.message}\n` +
      'fix: Make room where stdout goes, or send it elsewhere.\n',
  );
  endEarly(1);
}
