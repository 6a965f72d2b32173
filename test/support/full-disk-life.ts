// A life of environments on a small file system, until it is full and after that: `node full-disk-life.ts <directory>`.
// Says in one line of JSON what came out.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { KarapaceError, type Karapace } from '@karapace/core';

import { execQuietly, openKarapace } from '../sweep/open-karapace.ts';
import { placeAt } from '../sweep/place.ts';
import { readState, type State } from '../sweep/state.ts';

export interface FullDiskReport {
  /** Snapshots that were reported before the disk was full, and of them those that can be restored as they were. */
  readonly kept: number;
  readonly restored: number;
  /** What the snapshot that found no room ended with. */
  readonly full: string;
  readonly bytesFree: number;
  /** By what was tried without a byte free: `done`, or the code of the error. */
  readonly tried: Readonly<Record<string, string>>;
  /** What was tried, failed, and left something changed. */
  readonly changed: readonly string[];
  /** The same with room again. */
  readonly again: Readonly<Record<string, string>>;
  readonly findings: number;
}

const [directory = ''] = process.argv.slice(2);
const place = placeAt(path.join(directory, 'place'));
const ballast = path.join(directory, 'ballast');
/** Of what is free at first: what every snapshot is larger than the one before. */
const PART = 1 / 9;
/** Of what is free at last: there is no room for it twice, in the environment and in its snapshot. */
const TOO_MUCH = 0.6;

const build = (karapace: Karapace, project: string, fresh = false) =>
  karapace.build(place.manifest(project), { directory, name: project, fresh });

/** What makes the store larger. */
const GROWING: Readonly<Record<string, (karapace: Karapace) => Promise<unknown>>> = {
  build: (karapace) => build(karapace, 'late'),
  rebuild: (karapace) => build(karapace, 'other', true),
  commit: (karapace) => karapace.commit('dev', 'the one without room'),
  exec: (karapace) => execQuietly(karapace, 'other', ['write', '/root/large', 'x'.repeat(10_000)]),
  restore: async (karapace) => karapace.restore('dev', (await karapace.snapshots('dev'))[0]?.snapshot_id ?? ''),
  rename: (karapace) => karapace.rename('gone', 'left'),
  freeze: (karapace) => karapace.freeze('other'),
};

async function live(): Promise<FullDiskReport> {
  for (const [project, packages] of Object.entries({ dev: ['git'], other: ['vim'], gone: ['nano'], late: ['jq'] })) {
    place.write(project, packages);
  }
  await using karapace = await openKarapace(place);
  for (const name of ['dev', 'other', 'gone']) await build(karapace, name);
  await execQuietly(karapace, 'other', ['true']);
  // Something for gc to remove.
  await karapace.commit('gone', undefined);
  const size = Math.floor(free() * PART);
  // What is freed later: a restore needs room beside what it replaces.
  fs.writeFileSync(ballast, Buffer.alloc(3 * size));
  const { full, kept } = await fill(karapace, size);

  useTheRest();
  const bytesFree = free();
  const { tried, changed } = await tryAll(karapace);
  for (const [name, action] of Object.entries(SHRINKING)) tried[name] = await outcomeOf(action(karapace));

  fs.rmSync(ballast);
  fs.writeFileSync(await filledFile(karapace), 'less');
  await build(karapace, 'gone');
  const { tried: again } = await tryAll(karapace);
  const restored = await countRestored(karapace, kept);
  const { findings } = await karapace.verify();
  return { kept: kept.size, restored, full, bytesFree, tried, changed, again, findings: findings.length };
}

/** What gives room back, or begins with doing so: who has been in an environment can enter it to remove files. */
const SHRINKING: typeof GROWING = {
  enter: (karapace) => execQuietly(karapace, 'other', ['true']),
  destroy: (karapace) => karapace.destroy('gone'),
  gc: async (karapace) => {
    useTheRest();
    await karapace.gc();
  },
};

/** Writes and commits until there is no room; gives the snapshots that were reported, with what was written. */
async function fill(karapace: Karapace, size: number) {
  const kept = new Map<string, Buffer>();
  for (let count = 1; ; count += 1) {
    fs.rmSync(await filledFile(karapace), { force: true });
    const bytes = randomBytes(Math.min(size, Math.floor(free() * TOO_MUCH)));
    fs.writeFileSync(await filledFile(karapace), bytes);
    try {
      const { snapshot } = await karapace.commit('dev', `${count}`);
      kept.set(snapshot.snapshot_id, bytes);
    } catch (error) {
      return { full: codeOf(error), kept };
    }
  }
}

async function tryAll(karapace: Karapace) {
  const tried: Record<string, string> = {};
  const changed: string[] = [];
  for (const [name, action] of Object.entries(GROWING)) {
    const before = await look(karapace);
    tried[name] = await outcomeOf(action(karapace));
    if (tried[name] !== 'done' && before !== (await look(karapace))) changed.push(name);
  }
  return { tried, changed };
}

async function look(karapace: Karapace): Promise<string> {
  // What a command wrote until its disk was full is its own affair.
  const state: State = await readState(karapace, place, ({ names }) => names.includes('other'));
  return JSON.stringify(state);
}

async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof KarapaceError ? error.code : String(error);
}

async function countRestored(karapace: Karapace, kept: ReadonlyMap<string, Buffer>): Promise<number> {
  let count = 0;
  for (const [snapshot, bytes] of kept) {
    await karapace.restore('dev', snapshot);
    if (bytes.equals(fs.readFileSync(await filledFile(karapace)))) count += 1;
  }
  return count;
}

async function filledFile(karapace: Karapace): Promise<string> {
  const { env_id, generation } = await karapace.inspect('dev');
  return path.join(place.store, 'environments', env_id, `gen-${generation}`, 'upper', 'filled');
}

function free(): number {
  const { bavail, bsize } = fs.statfsSync(directory);
  return bavail * bsize;
}

function useTheRest(): void {
  const descriptor = fs.openSync(ballast, 'a');
  try {
    for (let size = 1024 * 1024; size > 0; size = Math.floor(size / 2)) {
      for (const bytes = Buffer.alloc(size); hasWritten(descriptor, bytes););
    }
  } finally {
    fs.closeSync(descriptor);
  }
}

function hasWritten(descriptor: number, bytes: Buffer): boolean {
  try {
    return fs.writeSync(descriptor, bytes) === bytes.length;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}

fs.writeSync(1, `${JSON.stringify(await live())}\n`);
