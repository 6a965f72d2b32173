import { execFileSync } from 'node:child_process';

import { LEAVE_OPEN, startCanary } from './canary.ts';
import { parseOutcomes, type Outcomes } from './outcome.ts';

/** What many machines have mounted, and some not: it is of this kernel all the same. */
const SHOW_ALL = [
  ['debugfs', '/sys/kernel/debug'],
  ['tracefs', '/sys/kernel/tracing'],
  ['securityfs', '/sys/kernel/security'],
  ['binfmt_misc', '/proc/sys/fs/binfmt_misc'],
]
  .map(([type, place]) => `mount -t ${type} ${type} ${place} 2>/dev/null || :`)
  .join('; ');

/**
 * The same program with every guard off: as root of the machine, in its own pid, network and ipc namespace, without a filter, with all
 * devices, a descriptor and variables that were left open. Mounts and the host's name are kept apart, so that nothing stays.
 */
export async function runControl(program: string): Promise<Outcomes> {
  await using canary = await startCanary(program);
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const leaky = `${SHOW_ALL}; mount --bind "$0" "$0" && ${LEAVE_OPEN}`;
  const variables = [`TOKEN=${canary.secret}`, 'DISPLAY=:0'];
  const command = [...sudo, 'env', ...variables, 'unshare', '--mount', '--uts', 'sh', '-c', leaky];
  const [file = '', ...args] = [...command, canary.directory, program, ...canary.arguments];
  return parseOutcomes(execFileSync(file, args, { encoding: 'utf8' }));
}
