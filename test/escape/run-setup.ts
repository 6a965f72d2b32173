import { spawn } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import type { Duplex, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { SYSTEM_DIRECTORIES } from '@karapace/sandbox-profile';

import { namespaceCommand } from '../../plugins/sandbox-profile/src/namespace-command.ts';
import { setupScript } from '../../plugins/sandbox-profile/src/setup-script.ts';
import { LEAKED, type Setup } from './setup.ts';

/**
 * Starts what was planned as `launch` does, for root, and gives what the command printed.
 *
 * @throws Error with what was said where it does not come to its end
 */
export async function runSetup({ plan, starter, without, environment, leaks }: Setup): Promise<string> {
  const piped = { stdin: false, stdout: false, stderr: false };
  const script = setupScript(plan, { session: 'none', held: 0, piped, starter });
  const command = namespaceCommand({ ...plan, tools: starter.tools }, script, SYSTEM_DIRECTORIES);
  const [program = '', ...args] = command.filter((option) => !without.includes(option));
  const inputs = starter.inputs.map(() => 'pipe' as const);
  const gap = Array.from({ length: LEAKED - 4 - inputs.length }, () => 'ignore' as const);
  const child = spawn(program, [...args, ...plan.command], {
    cwd: '/',
    env: { LC_ALL: 'C', PATH: SYSTEM_DIRECTORIES.join(':'), ...environment },
    stdio: [
      'ignore',
      'pipe',
      'pipe',
      'pipe',
      ...inputs,
      ...(leaks ? [...gap, openSync(import.meta.filename, 'r')] : []),
    ],
  });
  const [, output, status, errors, ...written] = child.stdio as (Duplex | null)[];
  // What is not read, because a guard is off, is an error of the pipe and of nothing else.
  for (const channel of [status, ...written]) channel?.on('error', () => {});
  starter.inputs.forEach((input, index) => (written[index] as Writable).end(input));
  let said = '';
  status?.on('data', (chunk: Buffer) => {
    const wasReady = said.includes('?ready');
    said += chunk.toString();
    if (wasReady || !said.includes('?ready')) return;
    if (command.includes('--user') && !without.includes('--user')) mapIds(child.pid ?? 0);
    status.write('go\n');
  });
  const [printed = '', complaint = ''] = await Promise.all([output, errors].map((stream) => text(stream as Duplex)));
  if (printed.endsWith('end\tof probes\n')) return printed;
  throw new Error(`${program} ended after ${printed}\n${said}${complaint}`);
}

function mapIds(pid: number): void {
  for (const name of ['uid_map', 'gid_map']) writeFileSync(`/proc/${pid}/${name}`, '0 0 65536\n');
}
