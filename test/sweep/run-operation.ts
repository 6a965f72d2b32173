import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { Place } from './place.ts';

/** What is to happen at one of an operation's changes below the place, counted from 1. */
export interface Fault {
  /**
   * `kill`; `alone`, which kills the one process that asks; `short`; or the name of an error; with a `+`, from there on;
   * with `open:`, counted are the files that are opened, to be read too.
   */
  readonly action: string;
  readonly at: number;
}

export type OperationAnswer =
  | { readonly done: true }
  | { readonly failure: { readonly code: string; readonly message: string } }
  | { readonly bug: string };

/** One change that the kernel was asked for. */
export interface Call {
  readonly call: string;
  readonly path: string;
  readonly isFault: boolean;
}

export interface Run {
  /** Missing where it was killed, or ended without a word. */
  readonly answer: OperationAnswer | undefined;
  readonly code: number | null;
  readonly stderr: string;
  readonly calls: readonly Call[];
  /** What is opened, to be read or written. */
  readonly openings: readonly Call[];
}

export interface Supervisor {
  readonly program: string;
  /** Where Node keeps what it has compiled. */
  readonly cache: string;
}

/** Longer than any operation here takes, also where many work: what hangs is killed, and counts as ended without a word. */
const PATIENCE = 300_000;

const PROGRAM = fileURLToPath(new URL('operation-process.ts', import.meta.url));

/** Runs an operation on a place, with a fault or to the end. Nothing of it lives when this resolves. */
export async function runOperation(name: string, place: Place, run: Supervisor & { fault?: Fault }): Promise<Run> {
  const { action, at } = run.fault ?? { action: 'none', at: 0 };
  const command = [process.execPath, '--conditions=karapace-source', PROGRAM, name, place.directory];
  const child = spawn(run.program, [place.directory, action, String(at), ...command], {
    cwd: '/',
    // A ring's work would not be seen, and with more than one thread its order is another one each time.
    env: { PATH: '/usr/bin:/bin', UV_USE_IO_URING: '0', UV_THREADPOOL_SIZE: '1', NODE_COMPILE_CACHE: run.cache },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const texts = [1, 2, 3].map((descriptor) => collect(child.stdio[descriptor] as NodeJS.ReadableStream));
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  const [stdout = '', stderr = '', trace = ''] = await Promise.all(texts);
  const answer = stdout.endsWith('}\n') ? (JSON.parse(stdout) as OperationAnswer) : undefined;
  return { answer, code, stderr, ...readTrace(trace, place) };
}

function readTrace(trace: string, { directory }: Place): Pick<Run, 'calls' | 'openings'> {
  const lines = trace
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [kind, call = '', ...rest] = line.split(' ');
      const path = rest.join(' ').replaceAll(`${directory}/`, '');
      return { kind, shown: { call, path, isFault: kind === 'fault' } };
    });
  return {
    calls: lines.filter(({ kind }) => kind !== 'read').map(({ shown }) => shown),
    openings: lines.filter(({ shown }) => /^(?:open|creat)/u.test(shown.call)).map(({ shown }) => shown),
  };
}

async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
