import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type KarapaceBench, openKarapace } from './karapace.ts';
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
  close(): Promise<void>;
}

export const ASKED = ['curl', 'git'] as const;
export const NAME = 'bench';

export async function openFixture(say: (message: string) => void): Promise<Fixture> {
  const directory = await mkdtemp(join(tmpdir(), 'karapace-bench-'));
  const [tar, root] = [join(directory, 'root.tar'), join(directory, 'root')];
  say('Preparing: a root file system by mmdebstrap, for podman and bwrap');
  await runCommand(mmdebstrap(tar, ASKED));
  await unpackRoot(tar, root);
  const podman = await openPodman(join(directory, 'podman'), tar);
  say('Preparing: the same environment by Karapace');
  const karapace = await openKarapace(directory, 'karapace.toml');
  await runCommand(karapace.command('build', karapace.manifest, '--name', NAME));
  const close = async (): Promise<void> => {
    await podman.close();
    await unmountBelow(directory);
    await removeRoot(directory);
  };
  return { directory, karapace, root, podman, close };
}

/** podman leaves its storage mounted on itself. */
async function unmountBelow(directory: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((path) => path.startsWith(`${directory}/`)).toReversed()) {
    await runCommand(['umount', mount]);
  }
}
