import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/karapace.js', import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly stdin?: string;
}

/** A folder with a home and a place for a store of its own. */
export interface Sandbox extends AsyncDisposable {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

export async function makeSandbox(): Promise<Sandbox> {
  const folder = await mkdtemp(path.join(tmpdir(), 'karapace-cli-'));
  return {
    folder,
    environment: {
      PATH: process.env['PATH'],
      HOME: folder,
      LANG: 'C.UTF-8',
      KARAPACE_STORE: path.join(folder, 'store'),
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The command line of the real program, from source. */
export function karapaceCommand(args: readonly string[]): readonly string[] {
  return [process.execPath, '--conditions=karapace-source', BIN, ...args];
}

/** Makes a directory with the real program as `karapace`, for shells; gives the `PATH` that begins with it. */
export async function pathWithKarapace({ folder }: Sandbox): Promise<string> {
  const bin = path.join(folder, 'bin');
  const file = path.join(bin, 'karapace');
  const words = karapaceCommand([]).map((word) => `'${word}'`);
  await mkdir(bin);
  await writeFile(file, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  await chmod(file, 0o755);
  return `${bin}:${process.env['PATH']}`;
}

/** Runs the real program to its end. */
export function runKarapace(args: readonly string[], { cwd, environment, stdin = '' }: RunOptions = {}): Promise<Run> {
  const { promise, resolve, reject } = Promise.withResolvers<Run>();
  const [program = '', ...rest] = karapaceCommand(args);
  const child = spawn(program, rest, { cwd, env: environment });
  const chunks = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => void (chunks.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => void (chunks.stderr += chunk));
  child.on('error', reject);
  child.on('close', (code) => resolve({ code, ...chunks }));
  child.stdin.end(stdin);
  return promise;
}
