import { join } from 'node:path';

import { ASKED, type Fixture, NAME } from '../fixture.ts';
import { openKarapace } from '../karapace.ts';
import { measure } from '../measure.ts';
import { openBuildah } from '../peers/buildah.ts';
import { mmdebstrap, removeRoot } from '../root-files.ts';
import { runCommand } from '../run-command.ts';
import { atMost, compare, type Row } from '../verdict.ts';

/** Debian with git and curl from nothing, downloads included. */
export async function coldBuild({ directory }: Fixture, rounds: number): Promise<readonly Row[]> {
  const own = join(directory, 'cold');
  const [tar, folder, base, layers] = ['cold.tar', 'cold-root', 'cold-base.tar', 'cold-buildah'].map((name) =>
    join(directory, name),
  ) as [string, string, string, string];
  const contenders = [
    {
      name: 'karapace',
      prepare: () => removeRoot(own),
      run: async () => {
        const karapace = await openKarapace(own, 'karapace.toml');
        await runCommand(karapace.command('build', karapace.manifest, '--name', NAME));
      },
    },
    { name: 'mmdebstrap, tar', prepare: () => removeRoot(tar), run: () => runCommand(mmdebstrap(tar, ASKED)) },
    {
      name: 'buildah',
      prepare: async () => {
        await removeRoot(layers);
        await removeRoot(base);
      },
      run: async () => {
        await runCommand(mmdebstrap(base, ['apt']));
        await runCommand(await (await openBuildah(layers, base)).build(ASKED));
      },
    },
    {
      name: 'mmdebstrap, directory',
      prepare: () => removeRoot(folder),
      run: () => runCommand(mmdebstrap(folder, ASKED)),
    },
  ];
  const rows = compare('cold build', await measure(contenders, rounds), {
    'mmdebstrap, tar': atMost(1, 1.2),
    buildah: atMost(1),
  });
  await Promise.all([own, tar, folder, base, layers].map(removeRoot));
  return rows;
}
