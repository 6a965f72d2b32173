import type { ArchivePin, ArchiveProgress } from '@karapace/core';

import { escapeField } from '../output/escape-controls.ts';
import { formatBytes } from '../output/format-quantity.ts';

/** What is there sooner would only flicker. */
const SHOWN_AFTER_MILLISECONDS = 500;

export interface ArchiveRows {
  add(progress: ArchiveProgress, now: number): void;
  /** The archives that have been on their way for a while, one line each, the first that began first. */
  describe(now: number): readonly string[];
}

interface Arriving {
  readonly pin: ArchivePin;
  readonly bytesDone: number;
  readonly startedAt: number;
}

/** Remembers which archives are on their way, and how far each has come. */
export function createArchiveRows(): ArchiveRows {
  const arriving = new Map<string, Arriving>();
  return {
    add({ pin, bytesDone, isDone }, now) {
      // One that is given up waits until it is tried again.
      if (isDone || bytesDone === 0) arriving.delete(pin.sha256);
      else arriving.set(pin.sha256, { pin, bytesDone, startedAt: arriving.get(pin.sha256)?.startedAt ?? now });
    },
    describe: (now) =>
      [...arriving.values()]
        .filter(({ startedAt }) => now - startedAt >= SHOWN_AFTER_MILLISECONDS)
        .map(
          ({ pin: { name, version, size }, bytesDone }) =>
            `${escapeField(name)} ${escapeField(version)}: ${formatBytes(bytesDone)} of ${formatBytes(size)}`,
        ),
  };
}
