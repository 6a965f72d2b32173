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
import { openLab, type FileSystem, type Lab } from './lab.ts';
import { placeAt, type Place } from './place.ts';
import type { LifeNote } from './power-life.ts';
import { randomNumbers } from './random.ts';
import type { State } from './state.ts';

const LIFE = fileURLToPath(new URL('power-life.ts', import.meta.url));
/** A life is cut somewhere behind one of so many notes: time alone would depend on how quick the machine is. */
const MOST_NOTES = 30;
/** Milliseconds behind that note. */
const LONGEST_PAUSE = 80;
const CHECKED_EACH = 20;

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
  let reports = 0;
  let failed = 0;
  try {
    for (let number = 1; number <= Number(cuts); number += 1) {
      const moment = { notes: 1 + Math.floor(random() * MOST_NOTES), pause: random() * LONGEST_PAUSE };
      const found = await cutOnce({ cutter, place, lab, before, number, ...moment });
      before = found.state;
      reports += found.reports;
      if (found.problems.length > 0) failed += 1;
      for (const problem of found.problems) console.error(`cut ${number}: ${problem}`);
    }
  } finally {
    await lab.unmount();
  }
  console.log(
    `${kind}: ${cuts} cuts, ${reports} reports, ${failed} cuts that lost or damaged something (seed ${seed})`,
  );
  return failed === 0 ? 0 : 1;
}

async function cutOnce({ cutter, place, lab, before, number, notes: count, pause }: Round) {
  const life = startLife(place, number);
  const lines: string[] = [];
  let errors = '';
  life.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(life, 'close');
  await Promise.race([collectLines(life, lines, count), ended]);
  await Promise.race([setTimeout(pause), ended]);
  const diedEarly = life.exitCode !== null || life.signalCode !== null;
  execFileSync(cutter, [lab.mounted]);
  life.kill('SIGKILL');
  await ended;
  await lab.unmount();
  lab.mount();
  if (number % CHECKED_EACH === 0) {
    await lab.unmount();
    lab.check();
    lab.mount();
  }
  const notes = lines.map((line) => JSON.parse(line) as LifeNote);
  const reported = followLife(before, notes);
  const { state, collected, problems } = await settle(place, {
    isRough: () => false,
    thorough: number % CHECKED_EACH === 0,
  });
  const early = diedEarly ? [`the life ended by itself: ${errors}`] : [];
  const reports = notes.filter((note) => 'end' in note).length;
  return { state: collected, reports, problems: [...early, ...problems, ...judgeCut(reported, state)] };
}

/** In a pid namespace, which ends as a whole. */
function startLife(place: Place, number: number): ChildProcess {
  const node = [process.execPath, '--conditions=karapace-source', LIFE, place.directory, `${seed}${number}`];
  return spawn('unshare', ['--pid', '--fork', '--mount-proc', '--kill-child', ...node], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin', NODE_COMPILE_CACHE: path.join(directory, 'cache') },
  });
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
