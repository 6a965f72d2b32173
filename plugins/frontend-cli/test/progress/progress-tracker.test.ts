import type { ArchivePin, ArchiveProgress } from '@karapace/core';
import { expect, test } from 'vitest';

import type { ProgressEvent } from '../../src/progress/progress-event.ts';
import { createProgressTracker } from '../../src/progress/progress-tracker.ts';

function track() {
  const clock = { now: 0 };
  const tracker = createProgressTracker(() => clock.now);
  const at = (now: number, event: ProgressEvent) => {
    clock.now = now;
    return tracker.take(event).map(({ text }) => text);
  };
  return { at, rows: tracker.rows };
}

const MIB = 1024 ** 2;
const pin = (name: string): ArchivePin => ({
  ...{ name, version: '1.2', arch: 'amd64', url: 'http://mirror.example.invalid/', sha256: name },
  size: 10 * MIB,
});
const DONE: ArchiveProgress = { pin: pin('done'), bytesDone: 10 * MIB, isDone: true };
const download = (filesDone: number, mebibytes: number, archive = DONE): ProgressEvent => ({
  kind: 'download',
  progress: { files: 10, filesDone, bytes: 100 * MIB, bytesDone: mebibytes * MIB, archive },
});

test('a download shows files, bytes, rate and time left, and one line when it is complete', () => {
  const { at, rows } = track();

  expect(at(0, download(0, 0))).toEqual(['Downloading 10 archives, 100 MiB']);
  expect(at(2000, download(2, 20))).toEqual([]);
  expect(rows()).toEqual(['Downloading 2 of 10 archives, 20.0 MiB of 100 MiB, 10.0 MiB/s, 8.0 s left']);
  expect(at(10_000, download(10, 100))).toEqual(['Downloaded 10 archives, 100 MiB, in 10.0 s']);
  expect(rows()).toEqual([]);
});

test('a download that stalls gets slower, and a later batch is measured anew', () => {
  const { at, rows } = track();
  at(0, download(0, 0));
  at(1000, download(1, 10));

  at(5000, download(1, 10));
  expect(rows()[0]).toContain('2.0 MiB/s');
  at(6000, download(10, 100));
  expect(at(60_000, download(0, 0))).toEqual(['Downloading 10 archives, 100 MiB']);
  expect(at(61_000, download(10, 100))).toEqual(['Downloaded 10 archives, 100 MiB, in 1.0 s']);
});

test('an archive that takes a while has a row of its own below the sums, until it is there or is given up', () => {
  const { at, rows } = track();
  const coming = (name: string, mebibytes: number, isDone = false) =>
    download(0, mebibytes, { pin: pin(name), bytesDone: mebibytes * MIB, isDone });
  at(0, coming('linux\u001b', 1));
  at(400, coming('curl', 3));

  expect(rows()).toHaveLength(1);
  at(1000, coming('linux\u001b', 4));
  expect(rows().slice(1)).toEqual([
    String.raw`  linux\x1b 1.2: 4.0 MiB of 10.0 MiB`,
    '  curl 1.2: 3.0 MiB of 10.0 MiB',
  ]);
  at(1100, coming('linux\u001b', 10, true));
  at(1100, coming('curl', 0));
  expect(rows()).toHaveLength(1);
});

test('layers that are built at the same time have a row each', () => {
  const { at, rows } = track();
  at(0, { kind: 'layer-started', key: 'b', name: 'base' });
  at(3000, { kind: 'layer-started', key: 'p', name: 'packages' });

  expect(rows()).toEqual(['Building layer base (3.0 s)', 'Building layer packages (0 ms)']);
  expect(at(5000, { kind: 'layer-built', key: 'b', name: 'base', entries: 1200, bytes: 3 * MIB })).toEqual([
    'Built layer base: 1,200 entries, 3.0 MiB, in 5.0 s',
  ]);
  expect(at(5500, { kind: 'layer-failed', key: 'p', name: 'packages' })).toEqual([]);
  expect(at(6000, { kind: 'layer-reused', key: 'q', name: 'packages', entries: 1, bytes: 10 })).toEqual([
    'Reused layer packages: 1 entry, 10 B',
  ]);
  expect(rows()).toEqual([]);
});

test('layers of one name of several environments do not take each other for one', () => {
  const { at, rows } = track();
  at(0, { kind: 'layer-started', key: 'a', name: 'packages' });
  at(1000, { kind: 'layer-started', key: 'b', name: 'packages' });

  expect(at(3000, { kind: 'layer-built', key: 'a', name: 'packages', entries: 1, bytes: 1 })).toEqual([
    'Built layer packages: 1 entry, 1 B, in 3.0 s',
  ]);
  expect(rows()).toEqual(['Building layer packages (2.0 s)']);
});

test('a layer that is built a second time says how it came out', () => {
  const { at, rows } = track();
  at(0, { kind: 'layer-started', key: 'a', name: 'base' });

  expect(at(1, { kind: 'layer-checked', key: 'a', name: 'base', isSame: true })).toEqual([
    'Layer base came out the same the second time',
  ]);
  expect(rows()).toEqual([]);
});

test('a stage that several are in is over when the last has left it', () => {
  const { at, rows } = track();
  at(0, { kind: 'stage-started', stage: 'resolve' });
  expect(at(0, { kind: 'stage-started', stage: 'resolve' })).toEqual([]);
  at(1000, { kind: 'stage-finished', stage: 'build' });
  at(1000, { kind: 'stage-finished', stage: 'resolve' });

  expect(rows()).toEqual(['Resolving (1.0 s)']);
  at(2000, { kind: 'stage-finished', stage: 'resolve' });
  expect(rows()).toEqual([]);
});

test('a stage shows the latest message, made harmless, until it is finished', () => {
  const { at, rows } = track();
  at(0, { kind: 'stage-started', stage: 'resolve' });
  at(1000, { kind: 'message', text: 'asking\u001b[2J' });

  expect(rows()).toEqual([String.raw`Resolving (1.0 s): asking\x1b[2J`]);
  at(2000, { kind: 'stage-finished', stage: 'resolve' });
  expect(rows()).toEqual([]);
});
