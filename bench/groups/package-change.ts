import { copyFile, readFile, writeFile } from 'node:fs/promises';

import { ASKED, type Fixture, NAME } from '../fixture.ts';
import type { KarapaceBench } from '../karapace.ts';
import { measure } from '../measure.ts';
import { runCommand } from '../run-command.ts';
import { atMost, compare, type Row } from '../verdict.ts';

/** Another one each round, so that nobody has built it before; small, and without dependencies that are not there. */
const MORE = ['tree', 'hello', 'pv', 'sl', 'less', 'rsync', 'bc'] as const;

/** One package more in an environment that is built and locked. */
export async function packageChange({ karapace, buildah }: Fixture, rounds: number): Promise<readonly Row[]> {
  await runCommand(await buildah.build(ASKED));
  const manifest = await readFile(karapace.manifest, 'utf8');
  await copyFile(karapace.lock, `${karapace.lock}.before`);
  const [own, peer] = [everyPackage(), everyPackage()];
  const contenders = [
    {
      name: 'karapace',
      prepare: () => addPackage(karapace, manifest, own()),
      run: () => runCommand(karapace.command('build', karapace.manifest, '--name', NAME)),
    },
    { name: 'buildah', run: async () => runCommand(await buildah.build([...ASKED, peer()])) },
  ];
  try {
    return compare('one package more', await measure(contenders, rounds), { buildah: atMost(1 / 3) });
  } finally {
    await writeFile(karapace.manifest, manifest);
    await copyFile(`${karapace.lock}.before`, karapace.lock);
  }
}

function everyPackage(): () => string {
  let next = 0;
  return () => {
    const name = MORE[next];
    if (name === undefined) throw new RangeError(`There are packages for ${MORE.length} rounds`);
    next += 1;
    return name;
  };
}

async function addPackage({ manifest: file, lock }: KarapaceBench, manifest: string, name: string): Promise<void> {
  await writeFile(file, manifest.replace('packages = [', `packages = ["${name}", `));
  await copyFile(`${lock}.before`, lock);
}
