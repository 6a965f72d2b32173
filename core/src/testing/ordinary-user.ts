import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { asRoot, runAs } from './run-as.ts';

const run = promisify(execFile);

/** A user of this machine that exists only for a test. */
export interface OrdinaryUser {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
  /** The command line that runs a command as this user, with nothing of this process's environment but what is given. */
  command(command: readonly string[], environment?: Readonly<Record<string, string>>): readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
}

const ATTEMPTS = 20;
const PAUSE_MILLISECONDS = 250;

/** Says why users cannot be made here, or gives `undefined` where they can. Tests print it when they skip. */
export async function whyNoOrdinaryUser(): Promise<string | undefined> {
  if (process.geteuid?.() === 0) return undefined;
  try {
    await run('sudo', ['-n', 'true']);
    return undefined;
  } catch {
    return 'making a user takes root, or sudo without a password';
  }
}

/**
 * Makes a user, with a range of subordinate ids or without one.
 *
 * @throws Error where `whyNoOrdinaryUser` has a reason
 */
export async function ordinaryUser({ range }: { readonly range: boolean }): Promise<OrdinaryUser> {
  const name = `karapace-${randomBytes(4).toString('hex')}`;
  const count = range ? [] : ['-K', 'SUB_UID_COUNT=0', '-K', 'SUB_GID_COUNT=0'];
  await changeAccounts(['useradd', '--create-home', '--shell', '/bin/sh', ...count, name]);
  await checkRange(name, range);
  const [, , uid = '', , , home = ''] = (await run('getent', ['passwd', name])).stdout.split(':');
  return {
    name,
    uid: Number(uid),
    home,
    command: (command, environment = {}) => [...runAs(name, { HOME: home, ...environment }), ...command],
    [Symbol.asyncDispose]: () => removeUser(name),
  };
}

async function removeUser(name: string): Promise<void> {
  // A process that is just ending keeps its user for a moment.
  await changeAccounts(['userdel', '--force', '--remove', name]);
}

async function checkRange(name: string, range: boolean): Promise<void> {
  const ranges = await readFile('/etc/subuid', 'utf8');
  if (ranges.split('\n').some((line) => line.startsWith(`${name}:`)) === range) return;
  await removeUser(name);
  throw new Error(`useradd made ${name} ${range ? 'without' : 'with'} a range of subordinate ids`);
}

/** The files of accounts have a lock that fails instead of waiting; tests run at the same time. */
async function changeAccounts(command: readonly string[]): Promise<void> {
  const [program = '', ...args] = [...asRoot(), ...command];
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run(program, [...args]);
      return;
    } catch (error) {
      const { stderr = '' } = error as { readonly stderr?: string };
      // userdel complains about a mail spool that never was.
      if (/mail spool/u.test(stderr) && !/lock/u.test(stderr)) return;
      if (attempt === ATTEMPTS || !/lock/u.test(stderr)) throw error;
      await sleep(PAUSE_MILLISECONDS);
    }
  }
}
