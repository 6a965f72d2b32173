import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { vi } from 'vitest';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has printed so far. */
  readonly output: () => string;
}

/** Starts a program with nothing of the tests' own environment but a secret that it must not hand on. */
export function start(command: readonly string[], options: { cwd?: string; input?: string } = {}): Started {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: options.cwd ?? '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TERM: 'vt100', SECRET: 'of the caller' },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => void (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (said.stderr += chunk.toString()));
  child.stdin.on('error', () => undefined);
  if (options.input !== undefined) child.stdin.end(options.input);
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  return { child, ended, output: () => said.stdout };
}

/** Resolves when it has printed a line. */
export function aLineOf(started: Started): Promise<unknown> {
  return vi.waitUntil(() => started.output().includes('\n'), { timeout: 30_000, interval: 5 });
}
