import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { Duplex, Readable, Writable } from 'node:stream';

import { KarapaceError, type OutputTarget, type SessionStreams } from '@karapace/core';

import type { CommandStarter } from './command-starter.ts';
import { checkJoined } from './join-point.ts';
import type { ControlGroup } from './limits/control-group.ts';
import { namespaceCommand } from './namespace-command.ts';
import type { SandboxPlan } from './sandbox-plan.ts';
import { findChildren, findInit } from './process-tree.ts';
import { killSandbox } from './send-signal.ts';
import { parseSetupStatus, type SetupStatus } from './setup-status.ts';
import { MOST_HELD, setupScript } from './setup-script.ts';

export interface LaunchOptions {
  readonly streams: SessionStreams;
  readonly hold: readonly number[];
  readonly starter: CommandStarter;
  readonly toolDirectories: readonly string[];
  /** Where what is started belongs; nothing of its own without one. */
  readonly group?: ControlGroup | null | undefined;
}

export interface Launch {
  readonly pid: number;
  /** Kills everything inside. */
  readonly kill: () => void;
  /** Resolves when the command's own namespaces are made, or when they never will be. */
  readonly prepared: Promise<SetupStatus>;
  /** Resolves when nothing is left. */
  readonly ended: Promise<LaunchEnd>;
}

export interface LaunchEnd {
  readonly status: SetupStatus;
  /** The outermost process's own code. */
  readonly code: number;
  /** Whether this process killed it. */
  readonly wasKilled: boolean;
}

/** Executes a plan. */
export async function launch(plan: SandboxPlan, options: LaunchOptions): Promise<Launch> {
  if (options.hold.length > MOST_HELD) throw new RangeError(`A sandbox can hold ${MOST_HELD} descriptors at most`);
  const { streams } = options;
  const piped = {
    stdin: typeof streams.stdin === 'object',
    stdout: typeof streams.stdout === 'function',
    stderr: typeof streams.stderr === 'function',
  };
  const script = setupScript(plan, {
    session: streamsName(piped),
    held: options.hold.length,
    piped,
    starter: options.starter,
  });
  const { tools } = options.starter;
  const [program = '', ...args] = namespaceCommand({ ...plan, tools }, script, options.toolDirectories);
  const nothing = openSync('/dev/null', 'r+');
  try {
    const child = spawn(program, [...args, ...plan.command], {
      cwd: '/',
      env: { LC_ALL: 'C', PATH: options.toolDirectories.join(':') },
      stdio: descriptors(options, nothing),
      // In a session of its own it gets no signal of a terminal: they reach this process, which passes them on once.
      detached: !plan.terminal,
    });
    await spawned(child);
    return observe(child, plan, options);
  } finally {
    closeSync(nothing);
  }
}

function descriptors({ streams, hold, starter }: LaunchOptions, nothing: number): StdioOptions {
  const output = (target: OutputTarget, inherited: number) =>
    target === 'inherit' ? inherited : target === 'ignore' ? nothing : 'pipe';
  const stdin = streams.stdin === 'inherit' ? 0 : streams.stdin === 'ignore' ? nothing : 'pipe';
  return [
    stdin,
    output(streams.stdout, 1),
    'pipe',
    output(streams.stderr, 2),
    ...starter.inputs.map(() => 'pipe' as const),
    ...hold,
  ];
}

/** Only pipes need names of their own. */
function streamsName(piped: Readonly<Record<string, boolean>>): string {
  if (!Object.values(piped).includes(true)) return 'none';
  // Imported, the module would be loaded by every start.
  return process.getBuiltinModule('node:crypto').randomUUID();
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(hasTooManyOpen(error) ? tooManyOpen(error) : error));
  });
}

function hasTooManyOpen(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EMFILE' || error.code === 'ENFILE';
}

function tooManyOpen(cause: Error): KarapaceError {
  return new KarapaceError('SANDBOX_FAILED', 'Too many files are open to start a sandbox', {
    hint: 'Raise the limit with `ulimit -n`, or close some programs.',
    cause,
  });
}

function observe(child: ChildProcess, plan: SandboxPlan, { streams, starter, group }: LaunchOptions): Launch {
  const [stdin, stdout, status, stderr, ...inputs] = child.stdio as (Duplex | null)[];
  if (typeof streams.stdin === 'object') feed(stdin as Writable, streams.stdin.text);
  if (typeof streams.stdout === 'function') (stdout as Readable).on('data', streams.stdout);
  if (typeof streams.stderr === 'function') (stderr as Readable).on('data', streams.stderr);
  starter.inputs.forEach((input, index) => feed(inputs[index] as Writable, input));
  const pid = child.pid ?? 0;
  let wasKilled = false;
  const kill = () => {
    wasKilled = true;
    killSandbox(pid);
  };
  const { prepared, ended } = follow(child, status as Duplex, {
    admit: () => {
      admit(pid, plan);
      // All that the first process inside will start is in its group too.
      for (const first of findChildren(pid)) group?.add(first);
      (status as Duplex).write('go\n');
    },
    isPrepared: starter.reportsChild ? undefined : () => findInit(pid) !== undefined,
  });
  return { pid, kill, prepared, ended: ended.then((end) => ({ ...end, wasKilled })) };
}

/** A reader that is gone has a reason of its own, which the status channel tells. */
function feed(stream: Writable, data: string | Buffer): void {
  stream.on('error', () => {});
  stream.end(data);
}

function admit(pid: number, { idMap, join }: SandboxPlan): void {
  if (join !== null) checkJoined(join);
  else if (idMap === 'identity') {
    for (const name of ['uid_map', 'gid_map']) writeFileSync(`/proc/${pid}/${name}`, '0 0 65536\n');
  }
}

interface Following {
  readonly admit: () => void;
  /** Looks whether the command's namespaces are made, where nobody tells. */
  readonly isPrepared: (() => boolean) | undefined;
}

interface Followed {
  readonly prepared: Promise<SetupStatus>;
  readonly ended: Promise<Omit<LaunchEnd, 'wasKilled'>>;
}

function follow(child: ChildProcess, channel: Duplex, { admit: admitted, isPrepared }: Following): Followed {
  let text = '';
  let isAdmitted = false;
  let looking: NodeJS.Timeout | undefined;
  const prepared = Promise.withResolvers<SetupStatus>();
  const ended = Promise.withResolvers<Omit<LaunchEnd, 'wasKilled'>>();
  channel.on('error', () => {});
  channel.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const status = parseSetupStatus(text);
    if (status.isReady && !isAdmitted) {
      isAdmitted = true;
      attempt(admitted, child, prepared.reject);
    }
    if (status.hasChild) prepared.resolve(status);
    if (status.isStarted && !looking && isPrepared !== undefined)
      looking = look(isPrepared, () => prepared.resolve({ ...status, hasChild: true }));
  });
  child.once('close', (code: number | null, signal: NodeJS.Signals | null) => {
    const status = parseSetupStatus(`${text}\n`);
    clearInterval(looking);
    prepared.resolve(status);
    ended.resolve({ status, code: code ?? 128 + constants.signals[signal ?? 'SIGKILL'] });
  });
  return { prepared: prepared.promise, ended: ended.promise };
}

const LOOK_MILLISECONDS = 2;

function look(isPrepared: () => boolean, done: () => void): NodeJS.Timeout {
  const timer = setInterval(() => {
    if (!isPrepared()) return;
    clearInterval(timer);
    done();
  }, LOOK_MILLISECONDS);
  return timer;
}

function attempt(action: () => void, child: ChildProcess, reject: (error: unknown) => void): void {
  try {
    action();
  } catch (error) {
    child.kill('SIGKILL');
    reject(error);
  }
}
