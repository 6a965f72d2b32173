import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';

import { runAsRoot } from '../support/debian.ts';
import { PROBES_DIRECTORY } from './catalogue.ts';

const SUDO = process.getuid?.() === 0 ? [] : ['sudo', '-n'];

/** Of `sh`: runs its arguments with a descriptor that somebody forgot, of a file that no path leads to. */
export const LEAVE_OPEN = 'file=$(mktemp) && exec 7<"$file" && rm "$file" && exec "$@"';

/** The program of all probes, without libraries: it runs in any image. */
export function compileProbes(to: string): void {
  const sources = path.join(PROBES_DIRECTORY, '*.c');
  execFileSync('sh', ['-c', `gcc -static -O1 -Wall -Wextra -Werror -o "$0" ${sources}`, to]);
}

/** What an escape would find: a process, files, sockets and shared memory of the host. */
export interface Canary extends AsyncDisposable {
  /** What the probes are told of it. */
  readonly arguments: readonly string[];
  readonly directory: string;
  /** A word that is in whatever belongs to it, and in the environment of who starts the sandbox. */
  readonly secret: string;
  /** What reached it. */
  readonly touched: readonly string[];
}

export async function startCanary(program: string): Promise<Canary> {
  const secret = `s${randomBytes(6).toString('hex')}`;
  const directory = `/tmp/${secret}.out`;
  runAsRoot('mkdir', '-m', '0777', directory);
  const [command, ...args] = [
    ...SUDO,
    'env',
    `TOKEN=${secret}`,
    program,
    'canary',
    `directory=${directory}`,
    `secret=${secret}`,
  ];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = readline.createInterface({ input: child.stdout });
  const touched: string[] = [];
  const [first] = (await once(lines, 'line')) as [string];
  lines.on('line', (line) => touched.push(line));
  return {
    arguments: first.split(' '),
    directory,
    secret,
    touched,
    async [Symbol.asyncDispose]() {
      await end(child);
      runAsRoot('rm', '-rf', directory);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'close');
  child.stdin?.end();
  await ended;
}
