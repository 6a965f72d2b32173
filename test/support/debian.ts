import { spawnSync } from 'node:child_process';

import { asRoot, runAs } from '../../core/src/testing/run-as.ts';

/** A user of this machine, made for one test file. */
export interface OrdinaryUser {
  readonly name: string;
  readonly home: string;
  /** What to put before a command line. */
  readonly prefix: readonly string[];
  [Symbol.dispose](): void;
}

/** Runs a command as root, through sudo where this process is not; throws with what it said. */
export function runAsRoot(...command: readonly string[]): string {
  const [program = '', ...args] = [...asRoot(), ...command];
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
}

const ATTEMPTS = 10;

/** The files of accounts have a lock, which is waited for 15 seconds; who removes a user with a large home has it longer. */
function changeAccounts(...command: readonly string[]): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return void runAsRoot(...command);
    } catch (error) {
      if (attempt === ATTEMPTS || !String(error).includes('cannot lock')) throw error;
    }
  }
}

let made = 0;

/** Makes a user, with a subordinate id range or without one. */
export function makeUser({ range }: { readonly range: boolean }): OrdinaryUser {
  made += 1;
  const name = `kara${process.pid}${made}`;
  const home = `/home/${name}`;
  changeAccounts('useradd', '--create-home', '--shell', '/bin/sh', name);
  // Tests start commands there.
  runAsRoot('chmod', '755', home);
  if (!range) runAsRoot('sed', '-i', `/^${name}:/d`, '/etc/subuid', '/etc/subgid');
  return {
    name,
    home,
    prefix: runAs(name, { HOME: home, PATH: '/usr/bin:/bin' }),
    [Symbol.dispose]: () => {
      changeAccounts('userdel', '--remove', name);
    },
  };
}
