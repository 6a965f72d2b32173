import { execFileSync } from 'node:child_process';

import { LEAVE_OPEN, startCanary } from './canary.ts';
import { parseOutcomes, type Outcomes } from './outcome.ts';

/**
 * The same program with every guard off: as root of the machine, in its own pid, network and ipc namespace, without a filter, with all
 * devices, a descriptor and variables that were left open. Mounts and the host's name are kept apart, so that nothing stays.
 */
export async function runControl(program: string): Promise<Outcomes> {
  await using canary = await startCanary(program);
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const leaky = `mount --bind "$0" "$0" && ${LEAVE_OPEN}`;
  const variables = [`TOKEN=${canary.secret}`, 'DISPLAY=:0'];
  const command = [...sudo, 'env', ...variables, 'unshare', '--mount', '--uts', 'sh', '-c', leaky];
  const [file = '', ...args] = [...command, canary.directory, program, ...canary.arguments];
  return parseOutcomes(execFileSync(file, args, { encoding: 'utf8' }));
}
