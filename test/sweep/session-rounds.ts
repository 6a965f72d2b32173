import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { findTool, SYSTEM_DIRECTORIES } from '@karapace/sandbox-profile';

import { karapace, karapaceJson, openWorkplace, startKarapace, type Workplace } from '../support/karapace.ts';
import { runAsRoot } from '../support/debian.ts';
import { leftovers, listGroups, traces } from './leftovers.ts';
import { pick, randomNumbers } from './random.ts';
import { findProcesses, type SessionProcesses } from './session-processes.ts';

/** What a round does to an environment that nobody is in. */
const ROUNDS = {
  exec: async (place) => void (await execTrue(place)),
  enter: async (place) => enter(place),
  stop: async (place, random) => {
    const session = startSession(place);
    await sleep(random() * MOST_DELAY);
    await karapace(['stop', 'swept', '--time', '0'], place);
    // What had not begun when it was stopped goes on.
    session.kill('SIGKILL');
    await ended(session);
  },
  'kill the client': (place, random) => killOne(place, random, 'client'),
  'kill the supervisor': (place, random) => killOne(place, random, 'supervisor'),
  'kill the init': (place, random) => killOne(place, random, 'init'),
  'kill the runtime': (place, random) => killOne(place, random, 'runtime'),
  'kill the first process inside': (place, random) => killOne(place, random, 'inside'),
  'kill the command': (place, random) => killOne(place, random, 'command'),
  'kill the first of two': async (place, random) => {
    const [first, second] = [startSession(place), startSession(place)];
    await sleep(MOST_DELAY / 2 + random() * MOST_DELAY);
    await Promise.all([
      killPart(first, pick(OUTER, random)),
      sleep(random() * 100).then(() => killPart(second, pick(OUTER, random))),
    ]);
  },
} satisfies Record<string, (place: Workplace, random: () => number) => Promise<void>>;

export type RoundName = keyof typeof ROUNDS;
export const ROUND_NAMES = Object.keys(ROUNDS) as readonly RoundName[];

/** Each of them takes the whole session along. */
const OUTER = ['client', 'supervisor', 'init', 'runtime'] as const;

/** A session has begun by then on a quiet machine; what has not is killed while it begins. */
const MOST_DELAY = 600;

export interface FailedRound {
  readonly round: number;
  readonly name: RoundName;
  readonly left: readonly string[];
}

/** Whatever an environment can be run by on this machine. */
export function findSweptBackends(): readonly string[] {
  const runtimes = ['crun', 'runc', 'youki'].filter((name) => findTool(name, SYSTEM_DIRECTORIES) !== undefined);
  return ['namespace', ...runtimes.map((name) => `oci-${name}`)];
}

export interface LabOptions {
  readonly backend: string;
  readonly seed: number;
}

/** An environment with limits, and rounds of sessions in it. */
export interface SessionLab extends AsyncDisposable {
  /** Does one thing, and gives what it left behind. */
  round(number: number): Promise<FailedRound | undefined>;
  /** What is seen of a session that lives: the control of what a round looks for. */
  control(): Promise<readonly string[]>;
}

export async function openSessionLab({ backend, seed }: LabOptions): Promise<SessionLab> {
  const place = await openWorkplace();
  await buildEnvironment(place, backend);
  return {
    async round(number) {
      const random = randomNumbers(seed * 1_000 + number);
      const name = ROUND_NAMES[number % ROUND_NAMES.length] ?? 'exec';
      const before = listGroups();
      await ROUNDS[name](place, random);
      const left = await leftovers(place.store, before);
      const { code, stderr } = await execTrue(place);
      const { state } = (await karapaceJson(['inspect', 'swept'], place)) as unknown as { readonly state: string };
      const all = [
        ...left,
        ...(code === 0 ? [] : [`the next session ends with ${code}: ${stderr}`]),
        ...(state === 'Built' ? [] : [`the state is ${state}`]),
      ];
      return all.length === 0 ? undefined : { round: number, name, left: all };
    },
    async control() {
      const before = listGroups();
      const session = startKarapace(['exec', 'swept', '--', 'sh', '-c', 'echo ready; sleep 600'], place);
      await once(session.stdout ?? session, 'data');
      const seen = traces(place.store, before);
      session.kill('SIGTERM');
      await ended(session);
      return seen;
    },
    [Symbol.asyncDispose]: async () => {
      await karapace(['destroy', 'swept', '--yes'], place);
      runAsRoot('rm', '-rf', place.directory);
    },
  };
}

async function buildEnvironment(place: Workplace, backend: string): Promise<void> {
  const limits = 'memory_limit_mb = 256\npids_limit = 256\nbest_effort = true\n';
  const runtime = `[runtime]\nbackend = "${backend}"\n[runtime.resource_limits]\n${limits}`;
  const manifest = `manifest_version = 1\n[base]\nimage = "./rootfs.tar"\n${runtime}`;
  const directory = path.join(place.directory, 'project');
  mkdirSync(path.join(directory, 'root/bin'), { recursive: true });
  cpSync('/bin/busybox', path.join(directory, 'root/bin/busybox'));
  writeFileSync(path.join(directory, 'karapace.toml'), manifest);
  const script = 'for name in sh sleep true; do ln -s busybox root/bin/$name; done; tar -C root -cf rootfs.tar .';
  execFileSync('sh', ['-euc', script], { cwd: directory });
  await karapaceJson(['build', directory, '--name', 'swept'], place);
}

function execTrue(place: Workplace) {
  return karapace(['exec', 'swept', '--', 'true'], place);
}

async function enter({ store }: Workplace): Promise<void> {
  const bin = path.resolve(import.meta.dirname, '../../plugins/frontend-cli/bin/karapace.js');
  const shell = spawn(
    'script',
    ['-qec', `'${process.execPath}' '${bin}' --store '${store}' enter swept`, '/dev/null'],
    { stdio: ['pipe', 'ignore', 'ignore'] },
  );
  shell.stdin.end('sleep 0.1; exit\n');
  await once(shell, 'close');
}

function startSession(place: Workplace): ChildProcess {
  const session = startKarapace(['exec', 'swept', '--', 'sleep', '600'], place);
  for (const stream of [session.stdout, session.stderr]) stream?.resume();
  return session;
}

async function killOne(place: Workplace, random: () => number, part: Part): Promise<void> {
  const session = startSession(place);
  await sleep(random() * MOST_DELAY);
  await killPart(session, part);
}

type Part = keyof SessionProcesses;

/** Kills one process; the client goes too where there is no other yet. */
async function killPart(session: ChildProcess, part: Part): Promise<void> {
  const victim = findProcesses(session.pid ?? 0)[part] ?? session.pid;
  if (victim !== undefined && session.exitCode === null && session.signalCode === null) killQuietly(victim);
  await ended(session);
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has just ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function ended(session: ChildProcess): Promise<void> {
  if (session.exitCode === null && session.signalCode === null) await once(session, 'close');
}
