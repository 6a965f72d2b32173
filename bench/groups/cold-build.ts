import { join } from 'node:path';

import { ASKED, type Fixture, NAME } from '../fixture.ts';
import { openKarapace } from '../karapace.ts';
import { measure } from '../measure.ts';
import { mmdebstrap, removeRoot } from '../root-files.ts';
import { runCommand } from '../run-command.ts';
import { below, compare, type Row } from '../verdict.ts';

/** Debian with git and curl from nothing, downloads included. */
export async function coldBuild({ directory }: Fixture, rounds: number): Promise<readonly Row[]> {
  const own = join(directory, 'cold');
  const [tar, folder] = [join(directory, 'cold.tar'), join(directory, 'cold-root')];
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
      name: 'mmdebstrap, directory',
      prepare: () => removeRoot(folder),
      run: () => runCommand(mmdebstrap(folder, ASKED)),
    },
  ];
  const rows = compare('cold build', await measure(contenders, rounds), { 'mmdebstrap, tar': below(1.2) });
  await Promise.all([own, tar, folder].map(removeRoot));
  return rows;
}
