import { writeSync } from 'node:fs';

import { endEarly } from '../tell-unfinished.ts';

let isStdoutWatched = false;
let isStderrWatched = false;

/**
 * Writes to stdout. A reader that went away ends the program quietly, a full disk is an error.
 *
 * Node's stream for it is not opened: that is a good part of the time that a short command takes.
 */
export function writeResult(text: string): void {
  let rest = Buffer.from(text);
  if (isStdoutWatched) return writeLater(rest);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
  } catch (error) {
    // A pipe that somebody else made non-blocking is full; the stream waits for it.
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') writeLater(rest);
    else endWithoutStdout(error as NodeJS.ErrnoException);
  }
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
  if (!isStderrWatched) process.stderr.on('error', () => undefined);
  isStderrWatched = true;
  process.stderr.write(text);
}

function endWithoutStdout(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') endEarly(0);
  writeNote(
    `error[OUTPUT_FAILED]: Cannot write the result to stdout\n  cause: ${error.message}\n` +
      'fix: Make room where stdout goes, or send it elsewhere.\n',
  );
  endEarly(1);
}
