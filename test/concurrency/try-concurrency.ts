import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import type { Karapace } from '@karapace/core';

import { checkContent } from '../sweep/check-content.ts';
import { openKarapace } from '../sweep/open-karapace.ts';
import { placeAt, type Place } from '../sweep/place.ts';
import { explain } from './explain.ts';
import { perform } from './perform.ts';
import type { Asked, Recorded } from './record.ts';
import { runWorkers } from './run-workers.ts';

/** Packages by project; two of them are the same environment. */
const PROJECTS = { one: ['git'], same: ['git'], two: ['git', 'curl'], three: ['vim'], four: [] } as const;
const NAMES = ['n0', 'n1', 'n2', 'n3', 'n4', 'n5'] as const;

export interface Trial {
  readonly processes: number;
  /** Of each process. */
  readonly operations: number;
  readonly seed: number;
  readonly control?: boolean | undefined;
  /** Where the store is; default: where temporary files are. */
  readonly on?: string | undefined;
}

export interface TrialResult {
  readonly problems: readonly string[];
  readonly history: readonly Recorded[];
}

/** Lets processes use a store at once, and looks whether everything they were told can be true, and the store is whole. */
export async function tryConcurrency(trial: Trial): Promise<TrialResult> {
  const place = placeAt(fs.mkdtempSync(path.join(trial.on ?? os.tmpdir(), 'karapace-concurrency-')));
  const { directory } = place;
  try {
    const before = await prepare(place, trial.processes);
    const projects = Object.fromEntries(Object.keys(PROJECTS).map((project, index) => [project, idOf(before[index])]));
    const plans = Array.from({ length: trial.processes }, (_, process) => ({
      ...trial,
      directory,
      process,
      projects,
      names: NAMES,
    }));
    const during = await runWorkers(plans);
    const after = await lookAtAll(place, trial.processes, [...new Set(Object.values(projects))]);
    const history = [...before, ...during, ...after];
    const problems = explain(history, { projects, names: NAMES, isTorn: (record) => isTorn(record, during) });
    return { history, problems: problems.length > 0 ? problems : await checkWhole(place) };
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

function idOf(recorded: Recorded | undefined): string {
  if (recorded === undefined || !('told' in recorded.answer)) throw new Error(JSON.stringify(recorded));
  return String(recorded.answer.told.id);
}

async function prepare(place: Place, process: number): Promise<readonly Recorded[]> {
  for (const [project, packages] of Object.entries(PROJECTS)) place.write(project, packages);
  const asked = Object.keys(PROJECTS).map((project): Asked => ({
    kind: 'build',
    project,
    name: undefined,
    fresh: false,
  }));
  return performAll(asked, place, process);
}

/** The last word of a history: everything there is to see. */
function lookAtAll(place: Place, process: number, ids: readonly string[]): Promise<readonly Recorded[]> {
  const each = ids.flatMap((id): readonly Asked[] => [
    { kind: 'diff', id },
    { kind: 'snapshots', id },
  ]);
  return performAll([{ kind: 'list' }, ...each, { kind: 'verify' }], place, process);
}

async function performAll(asked: readonly Asked[], place: Place, process: number): Promise<readonly Recorded[]> {
  await using karapace = await openKarapace(place);
  const recorded: Recorded[] = [];
  for (const each of asked) recorded.push(await perform(each, { karapace, place, process }));
  return recorded;
}

/** Nobody promises that a diff beside a session that writes is of one moment. */
function isTorn({ start, end, asked }: Recorded, during: readonly Recorded[]): boolean {
  return during.some(
    (other) =>
      other.start < end &&
      other.end > start &&
      ['write', 'restore', 'build'].includes(other.asked.kind) &&
      asked.kind === 'diff',
  );
}

async function checkWhole(place: Place): Promise<readonly string[]> {
  const problems = await checkEverything(place);
  const left = ['journal', 'leases', 'tmp'].flatMap((name) =>
    fs.readdirSync(path.join(place.store, name)).map((file) => `${name}/${file} was left behind`),
  );
  return [...problems, ...left];
}

async function checkEverything(place: Place): Promise<readonly string[]> {
  await using karapace = await openKarapace(place);
  return [...(await checkContent(karapace, place)), ...(await checkSnapshots(karapace))];
}

/** Each is restored, and committing what was restored gives the same one again. */
async function checkSnapshots(karapace: Karapace): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { env_id } of await karapace.list()) {
    await karapace.thaw(env_id);
    await karapace.unarchive(env_id);
    for (const { snapshot_id } of await karapace.snapshots(env_id)) {
      await karapace.restore(env_id, snapshot_id);
      const { snapshot, isNew } = await karapace.commit(env_id);
      if (isNew || snapshot.snapshot_id !== snapshot_id)
        problems.push(`${snapshot_id} was restored as ${snapshot.tree}`);
    }
  }
  return problems;
}
