import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type KarapaceBench, openKarapace } from './karapace.ts';
import { type Buildah, openBuildah } from './peers/buildah.ts';
import { openPodman, type Podman } from './peers/podman.ts';
import { mmdebstrap, removeRoot, unpackRoot } from './root-files.ts';
import { runCommand } from './run-command.ts';

/** What every group of the benchmark starts from. */
export interface Fixture {
  readonly directory: string;
  /** Built once, warm. */
  readonly karapace: KarapaceBench;
  /** A root file system of the same set, unpacked. */
  readonly root: string;
  readonly podman: Podman;
  readonly buildah: Buildah;
  close(): Promise<void>;
}

export const ASKED = ['curl', 'git'] as const;
export const NAME = 'bench';

export async function openFixture(say: (message: string) => void): Promise<Fixture> {
  const directory = await mkdtemp(join(tmpdir(), 'karapace-bench-'));
  const [tar, baseTar, root] = ['root.tar', 'base.tar', 'root'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  say('Preparing: root file systems by mmdebstrap, for podman, buildah and bwrap');
  await runCommand(mmdebstrap(tar, ASKED));
  await runCommand(mmdebstrap(baseTar, ['apt']));
  await unpackRoot(tar, root);
  const podman = await openPodman(join(directory, 'podman'), tar);
  const buildah = await openBuildah(join(directory, 'buildah'), baseTar);
  say('Preparing: the same environment by Karapace');
  const karapace = await openKarapace(directory, 'karapace.toml');
  await runCommand(karapace.command('build', karapace.manifest, '--name', NAME));
  const close = async (): Promise<void> => {
    await podman.close();
    await removeMounted(directory, ATTEMPTS);
  };
  return { directory, karapace, root, podman, buildah, close };
}

const ATTEMPTS = 5;

/** podman leaves its storage mounted on itself, and what cleans up after a container may mount it again meanwhile. */
async function removeMounted(directory: string, attempts: number): Promise<void> {
  await unmountBelow(directory);
  try {
    await removeRoot(directory);
  } catch (error) {
    if (attempts === 1) throw error;
    await removeMounted(directory, attempts - 1);
  }
}

async function unmountBelow(directory: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((path) => path.startsWith(`${directory}/`)).toReversed()) {
    await runCommand(['umount', mount]);
  }
}
