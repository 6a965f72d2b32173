import { statSync } from 'node:fs';
import { dirname, relative } from 'node:path';

/**
 * The start of a command line that runs what follows it as another user, with these variables and no others. Needs root,
 * or sudo without a password.
 *
 * Homes are closed to others on many machines. The user reaches the working directory of this process, where its Node and
 * its packages are, wherever it is.
 */
export function runAs(name: string, environment: Readonly<Record<string, string>>): readonly string[] {
  const variables = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
  const here = process.cwd();
  const closed = closedAbove(here);
  const reaching = closed === undefined ? [] : reach(here, closed);
  return [...asRoot(), ...reaching, 'runuser', '-u', name, '--', 'env', '-i', ...variables];
}

/** What to put before a command line for root to run it. */
export function asRoot(): readonly string[] {
  return process.geteuid?.() === 0 ? [] : ['sudo', '-n'];
}

/** The topmost directory on the way that others may not enter. */
function closedAbove(directory: string): string | undefined {
  const parent = dirname(directory);
  if (parent === directory) return undefined;
  const isClosed = (statSync(parent).mode & 0o001) === 0;
  return closedAbove(parent) ?? (isClosed ? parent : undefined);
}

const REACH = `umask 022
here=$1 closed=$2 rest=$3
shift 3
mount -t tmpfs -o mode=0755 way /mnt
mkdir -p "/mnt/$rest"
mount --bind "$here" "/mnt/$rest"
mount --move /mnt "$closed"
exec "$@"`;

/** For this command alone the closed directory holds nothing but the way here. */
function reach(here: string, closed: string): readonly string[] {
  return ['unshare', '--mount', 'sh', '-ec', REACH, 'sh', here, closed, relative(closed, here)];
}
