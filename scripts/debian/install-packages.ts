import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

import { fail, run, runStep, say } from '../setup/run.js';

/** Waits for another apt instead of failing: seconds. */
const LOCK_TIMEOUT = 300;

/** Names the packages, prints the command, and runs it when it may. */
export async function installPackages(names: readonly string[]): Promise<void> {
  const sudo = becomeRoot();
  const install = [...sudo, ...aptGet('install', '--yes', '--no-install-recommends', ...names)];
  say(`Debian packages are missing: ${names.join(', ')}`);
  if (sudo.length > 0 && !mayBecomeRoot()) fail(`Debian packages are missing; as root, run \`${install.join(' ')}\``);
  const update = [...sudo, ...aptGet('update')];
  say(update.join(' '));
  // One broken foreign source makes this fail although all the others are fresh: the installation will tell.
  if ((await run(update)) !== 0) say('apt-get could not reach every source; going on');
  say(install.join(' '));
  await runStep(install);
}

function aptGet(...args: readonly string[]): readonly string[] {
  return [
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '--quiet=2',
    `--option=DPkg::Lock::Timeout=${LOCK_TIMEOUT}`,
    ...args,
  ];
}

function becomeRoot(): readonly string[] {
  return process.getuid?.() === 0 ? [] : ['sudo'];
}

/** On a terminal sudo asks for a password itself; without one it must not need to. */
function mayBecomeRoot(): boolean {
  return hasTerminal() || spawnSync('sudo', ['--non-interactive', 'true'], { stdio: 'ignore' }).status === 0;
}

/** sudo asks there, whatever standard input is. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r+'));
    return true;
  } catch {
    return false;
  }
}
