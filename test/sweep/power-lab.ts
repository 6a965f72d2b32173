// Cuts the power under a life of environments, again and again: `node power-lab.ts <file system> <cuts> <seed>`, as root in
// a mount namespace of its own.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { settle } from './check-place.ts';
import { compile } from './compile.ts';
import { followLife, judgeCut } from './judge-cut.ts';
import { formatCuts, type Cut } from './cut-table.ts';
import { openLab, type FileSystem, type Lab } from './lab.ts';
import { placeAt, type Place } from './place.ts';
import type { LifeNote } from './power-life.ts';
import { randomNumbers } from './random.ts';
import type { State } from './state.ts';

const LIFE = fileURLToPath(new URL('power-life.ts', import.meta.url));
const OPERATION = fileURLToPath(new URL('operation-process.ts', import.meta.url));
/** A life is cut somewhere behind one of so many notes: time alone would depend on how quick the machine is. */
const MOST_NOTES = 30;
/** Milliseconds behind that note. */
const LONGEST_PAUSE = 80;
const CHECKED_EACH = 20;
/** One cut of so many is followed by another, while somebody recovers. */
const TWICE_EACH = 3;
/** Milliseconds in which recovery ends. */
const RECOVERY = 400;
/** Milliseconds without a disk, in which nobody may say that something was done. */
const AFTERMATH = 100;

const [kind = 'ext4', cuts = '1', seed = '1'] = process.argv.slice(2);
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'karapace-power-'));
process.exitCode = await cutOften().finally(() => fs.rmSync(directory, { recursive: true }));

interface Round {
  readonly cutter: string;
  readonly place: Place;
  readonly lab: Lab;
  readonly before: State;
  readonly number: number;
  /** When to cut: behind so many notes, and so many milliseconds. */
  readonly notes: number;
  readonly pause: number;
}

async function cutOften(): Promise<number> {
  const cutter = compile('cut-power', directory);
  const lab = openLab(kind as FileSystem, directory);
  const random = randomNumbers(Number(seed));
  lab.mount();
  const place = placeAt(path.join(lab.mounted, 'place'));
  fs.mkdirSync(path.join(place.directory, 'projects'), { recursive: true });
  fs.writeFileSync(path.join(place.directory, 'beside'), 'what is beside the store');
  execFileSync('sync', ['-f', lab.mounted]);
  let before: State = { environments: {}, projects: {} };
  const done: Cut[] = [];
  try {
    for (let number = 1; number <= Number(cuts); number += 1) {
      const moment = { notes: 1 + Math.floor(random() * MOST_NOTES), pause: random() * LONGEST_PAUSE };
      const { state, ...found } = await cutOnce({ cutter, place, lab, before, number, ...moment });
      before = state;
      done.push(found);
      for (const problem of found.problems) console.error(`cut ${number}: ${problem}`);
    }
  } finally {
    await lab.unmount();
  }
  const failed = done.filter(({ problems }) => problems.length > 0).length;
  console.log(formatCuts(done));
  console.log(`${kind}: ${cuts} cuts, ${failed} of them lost or damaged something (seed ${seed})`);
  return failed === 0 ? 0 : 1;
}

async function cutOnce({ cutter, place, lab, before, number, notes: count, pause }: Round) {
  const life = start(LIFE, place.directory, `${seed}${number}`);
  const lines: string[] = [];
  let errors = '';
  life.child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  await Promise.race([collectLines(life.child, lines, count), life.ended]);
  await Promise.race([setTimeout(pause), life.ended]);
  const diedEarly = life.child.exitCode !== null || life.child.signalCode !== null;
  await cut({ cutter, lab }, life);
  const isTwice = number % TWICE_EACH === 0;
  if (isTwice) await cutRecovery({ cutter, lab, place, pause: (pause / LONGEST_PAUSE) * RECOVERY });
  const isChecked = number % CHECKED_EACH === 0;
  if (isChecked) await checkFileSystem(lab);
  const notes = lines.map((line) => JSON.parse(line) as LifeNote);
  const { begun, ...last } = followLife(before, notes);
  const reported = { ...last, begun: isTwice ? [...begun, { deed: 'gc', subject: '' }] : begun };
  const { state, collected, problems } = await settle(place, { isRough: () => false, thorough: isChecked });
  const early = diedEarly ? [`the life ended by itself: ${errors}`] : [];
  return {
    state: collected,
    reports: notes.flatMap((note) => ('end' in note ? [note.end] : [])),
    within: begun.map(({ deed }) => deed),
    isTwice,
    problems: [...early, ...problems, ...judgeCut(reported, state)],
  };
}

async function checkFileSystem(lab: Lab): Promise<void> {
  await lab.unmount();
  lab.check();
  lab.mount();
}

interface Life {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
}

/** Whoever lives on has no disk for a moment; then there is what reached it. */
async function cut({ cutter, lab }: Pick<Round, 'cutter' | 'lab'>, { child, ended }: Life): Promise<void> {
  execFileSync(cutter, [lab.mounted]);
  await Promise.race([setTimeout(AFTERMATH), ended]);
  child.kill('SIGKILL');
  await ended;
  await lab.unmount();
  lab.mount();
}

/** Lets gc recover what a cut left, and cuts the power again. */
async function cutRecovery({ place, pause, ...round }: Pick<Round, 'cutter' | 'lab' | 'place' | 'pause'>) {
  const recovery = start(OPERATION, 'gc', place.directory);
  await Promise.race([setTimeout(pause), recovery.ended]);
  await cut(round, recovery);
}

/** In a pid namespace, which ends as a whole. */
function start(program: string, ...args: readonly string[]): Life {
  const node = [process.execPath, '--conditions=karapace-source', program, ...args];
  const child = spawn('unshare', ['--pid', '--fork', '--mount-proc', '--kill-child', ...node], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin', NODE_COMPILE_CACHE: path.join(directory, 'cache') },
  });
  return { child, ended: once(child, 'close') };
}

/** The lines that were whole when the power went: they left the machine. Resolves when there are so many. */
function collectLines({ stdout }: ChildProcess, lines: string[], count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let text = '';
  stdout?.on('data', (chunk: Buffer) => {
    const parts = (text + chunk.toString()).split('\n');
    text = parts.pop() ?? '';
    lines.push(...parts);
    if (lines.length >= count) resolve();
  });
  return promise;
}
