import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import readline from 'node:readline';

import { runAsRoot } from '../support/debian.ts';

export const SUDO = process.getuid?.() === 0 ? [] : ['sudo', '-n'];

/** Of `bash`: runs its arguments with descriptors that somebody forgot, of a file that no path leads to. */
export const LEAVE_OPEN = 'file=$(mktemp) && exec 7<"$file" 30<"$file" && rm "$file" && exec "$@"';

/** What an escape would find: a process, files, sockets and shared memory of the host. */
export interface Canary extends AsyncDisposable {
  /** What the probes are told of it. */
  readonly arguments: readonly string[];
  readonly directory: string;
  /** A control group, where root may make one: whoever starts a sandbox belongs there. */
  readonly group: string | undefined;
  /** A word that is in whatever belongs to it, and in the environment of who starts the sandbox. */
  readonly secret: string;
  /** What reached it. */
  readonly touched: readonly string[];
}

export async function startCanary(program: string): Promise<Canary> {
  const secret = `s${randomBytes(6).toString('hex')}`;
  const directory = `/tmp/${secret}.out`;
  runAsRoot('mkdir', '-m', '0777', directory);
  const group = makeGroup(secret);
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
    group,
    secret,
    touched,
    async [Symbol.asyncDispose]() {
      await end(child);
      runAsRoot('rm', '-rf', directory);
      if (group !== undefined) runAsRoot('rmdir', group);
    },
  };
}

/** In the hierarchy that counts processes, or in the only one. */
function makeGroup(name: string): string | undefined {
  const parent = ['/sys/fs/cgroup/pids', '/sys/fs/cgroup'].find((place) => existsSync(`${place}/cgroup.procs`));
  if (parent === undefined) return undefined;
  runAsRoot('mkdir', `${parent}/${name}`);
  return `${parent}/${name}`;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'close');
  child.stdin?.end();
  await ended;
}
