import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { asRoot } from '../as-root.ts';
import { runCommand } from '../run-command.ts';

/** buildah on storage of its own, with its cache of layers, and the image `base`. */
export interface Buildah {
  /** The command line that builds the base with packages on it, by one `RUN` as people write it. */
  build(packages: readonly string[]): Promise<readonly string[]>;
}

/** Needs no runtime, and lets the build use the machine's network. */
const HOW = ['--isolation=chroot', '--network=host', '--layers', '--quiet'];
const BASE = 'localhost/karapace-bench-base';

/** @param baseTar a root file system that has apt and its sources */
export async function openBuildah(directory: string, baseTar: string): Promise<Buildah> {
  const [context, baseContext] = [join(directory, 'context'), join(directory, 'base')];
  const storage = [`--root=${join(directory, 'root')}`, `--runroot=${join(directory, 'run')}`];
  const buildah = asRoot('buildah', ...storage, '--storage-driver=overlay', 'build', ...HOW);
  await mkdir(context, { recursive: true });
  await mkdir(baseContext);
  await runCommand(['cp', '--reflink=auto', baseTar, join(baseContext, 'base.tar')]);
  await writeFile(join(baseContext, 'Containerfile'), 'FROM scratch\nADD base.tar /\n');
  await runCommand([...buildah, `--tag=${BASE}`, baseContext]);
  return {
    async build(packages) {
      const file = join(directory, `${packages.join('-')}.containerfile`);
      const install = `apt-get install --yes --no-install-recommends ${packages.join(' ')}`;
      await writeFile(file, `FROM ${BASE}\nRUN apt-get update && DEBIAN_FRONTEND=noninteractive ${install}\n`);
      return [...buildah, `--file=${file}`, '--tag=localhost/karapace-bench', context];
    },
  };
}
