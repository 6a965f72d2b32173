import { join } from 'node:path';

import { runCommand } from '../run-command.ts';

export interface Podman {
  /** The command line of `podman run` for a program in a new container. */
  run(...command: readonly string[]): readonly string[];
  /** The command line of `podman exec` for a program in the container that is running already. */
  exec(...command: readonly string[]): readonly string[];
  close(): Promise<void>;
}

const IMAGE = 'localhost/karapace-bench';
const CONTAINER = 'karapace-bench';
/** The limits that podman would set by itself are more than this process may ask for on some machines. */
const CONTAINER_FLAGS = ['--network=none', '--ulimit=nofile=1024:1024', '--ulimit=nproc=1024:1024'];

/** Opens podman on storage of its own, with an image made from a root file system, and a container that sleeps. */
export async function openPodman(directory: string, rootTar: string): Promise<Podman> {
  const storage = [
    `--root=${join(directory, 'root')}`,
    `--runroot=${join(directory, 'run')}`,
    '--storage-driver=overlay',
  ];
  const podman = ['podman', ...storage, '--cgroup-manager=cgroupfs', '--events-backend=file', '--log-level=error'];
  await runCommand([...podman, 'import', '--quiet', rootTar, IMAGE]);
  const withRuntime = [...podman, `--runtime=${await findRuntime(podman)}`];
  await runCommand([
    ...withRuntime,
    'run',
    '--detach',
    `--name=${CONTAINER}`,
    ...CONTAINER_FLAGS,
    IMAGE,
    'sleep',
    '86400',
  ]);
  return {
    run: (...command) => [...withRuntime, 'run', '--rm', ...CONTAINER_FLAGS, IMAGE, ...command],
    exec: (...command) => [...withRuntime, 'exec', CONTAINER, ...command],
    close: async () => void (await runCommand([...withRuntime, 'rm', '--force', '--time=0', CONTAINER])),
  };
}

/** Debian's crun refuses machines with both kinds of cgroups; runc runs on all of them. */
async function findRuntime(podman: readonly string[]): Promise<string> {
  const failures: string[] = [];
  for (const runtime of ['crun', 'runc']) {
    try {
      await runCommand([...podman, `--runtime=${runtime}`, 'run', '--rm', ...CONTAINER_FLAGS, IMAGE, 'true']);
      return runtime;
    } catch (error) {
      failures.push(String(error));
    }
  }
  throw new Error(`podman runs nothing here:\n${failures.join('\n')}`);
}
