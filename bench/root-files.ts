import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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

/** The bundle of a bare OCI runtime on an unpacked root, as closed as the bare bwrap. */
export async function writeBundle(root: string, bundle: string): Promise<void> {
  const tmpfs = (destination: string) => ({
    destination,
    type: 'tmpfs',
    source: 'tmpfs',
    options: destination === '/dev' ? ['nosuid'] : ['nosuid', 'nodev'],
  });
  const config = {
    ociVersion: '1.0.2',
    process: { user: { uid: 0, gid: 0 }, args: ['true'], env: ['PATH=/usr/bin:/bin'], cwd: '/', noNewPrivileges: true },
    root: { path: root, readonly: true },
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }, ...['/dev', '/tmp', '/root'].map(tmpfs)],
    linux: { namespaces: ['pid', 'mount', 'ipc', 'uts', 'network', 'cgroup'].map((type) => ({ type })) },
  };
  await mkdir(bundle, { recursive: true });
  await writeFile(join(bundle, 'config.json'), JSON.stringify(config));
}

/**
 * The command line of a bare OCI runtime. Debian's crun refuses machines with both kinds of control groups unless it does
 * not see the second one.
 */
export function ociRuntime(runtime: 'crun' | 'runc', bundle: string): readonly string[] {
  const run = `${runtime} --root "$0/state" ${runtime === 'crun' ? '--cgroup-manager=disabled ' : ''}run --bundle "$0" bench-$$`;
  const hidden = 'if [ -d /sys/fs/cgroup/unified ]; then umount -l /sys/fs/cgroup/unified; fi';
  return asRoot('unshare', '--mount', 'sh', '-c', `${hidden}; exec ${run}`, bundle);
}
