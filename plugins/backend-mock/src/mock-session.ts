import { constants } from 'node:os';
import { Readable } from 'node:stream';

import type { ExitStatus, OutputTarget, RunningSandbox, SandboxSpec, Session, StartOptions } from '@karapace/core';

import { runMockCommand } from './mock-commands.ts';
import { createMockRoot } from './mock-root.ts';

const SIGNALLED = 128;
/** What ends each command of this process. */
const RUNNING = new Set<(signal: NodeJS.Signals) => void>();

/** Starts a command of this backend; it ends by itself, by a signal or by an abort. */
export function startMockSession(spec: SandboxSpec, { streams, signal }: StartOptions): Session {
  const ended = new AbortController();
  const killedBy = Promise.withResolvers<ExitStatus>();
  const kill = (name: NodeJS.Signals): void => {
    killedBy.resolve({ code: SIGNALLED + constants.signals[name] });
    ended.abort();
  };
  RUNNING.add(kill);
  signal?.addEventListener('abort', () => kill('SIGKILL'), { once: true });

  const command = runMockCommand(spec.command, {
    root: createMockRoot(spec),
    environment: spec.environment,
    workingDirectory: spec.workingDirectory,
    signal: ended.signal,
    stdin: inputOf(streams.stdin),
    print: (bytes) => write(streams.stdout, process.stdout, bytes),
    complain: (bytes) => write(streams.stderr, process.stderr, bytes),
  });
  const status = Promise.race([killedBy.promise, command.then((code) => ({ code }))]).finally(() =>
    RUNNING.delete(kill),
  );

  return {
    pid: process.pid,
    wait: () => status,
    signal: kill,
    stop: () => {
      kill('SIGTERM');
      return status;
    },
  };
}

/** Signals the commands of a process: those of this one itself, another by a signal to it. */
export function signalMockSession({ pid }: RunningSandbox, signal: NodeJS.Signals): boolean {
  if (pid === process.pid) RUNNING.forEach((kill) => kill(signal));
  else process.kill(pid, signal);
  return true;
}

function inputOf(stdin: StartOptions['streams']['stdin']): Readable {
  if (stdin === 'inherit') return process.stdin;
  return Readable.from(stdin === 'ignore' ? [] : [Buffer.from(stdin.text)]);
}

/** Resolves when the next chunk may come. */
async function write(target: OutputTarget, own: NodeJS.WriteStream, bytes: Buffer): Promise<void> {
  if (target === 'ignore') return;
  if (target !== 'inherit') return target(bytes);
  await new Promise<void>((resolve, reject) => {
    own.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
