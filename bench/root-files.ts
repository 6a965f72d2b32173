import { mkdir } from 'node:fs/promises';

import { asRoot } from './as-root.ts';
import { runCommand } from './run-command.ts';

const SUITE = 'trixie';

/** The command line that bootstraps the same set as `karapace.toml`; the target is a tar file or a directory. */
export function mmdebstrap(target: string, include: readonly string[]): readonly string[] {
  const packages = include.length === 0 ? [] : [`--include=${include.join(',')}`];
  return ['mmdebstrap', '--quiet', '--variant=required', ...packages, SUITE, target];
}

/** Unpacks a root file system into a new directory. */
export async function unpackRoot(tar: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await runCommand(
    asRoot('tar', '--extract', '--exclude=./dev/*', '--numeric-owner', '--file', tar, '--directory', directory),
  );
}

export async function removeRoot(directory: string): Promise<void> {
  await runCommand(asRoot('rm', '--recursive', '--force', '--one-file-system', directory));
}

/** The command line of a bare bwrap on an unpacked root: as closed as a sandbox of ours. */
export function bwrap(root: string, ...command: readonly string[]): readonly string[] {
  const own = ['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--tmpfs', '/root'];
  return ['bwrap', '--ro-bind', root, '/', ...own, '--unshare-all', '--new-session', '--die-with-parent', ...command];
}
