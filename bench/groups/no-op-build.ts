import { ASKED, type Fixture, NAME } from '../fixture.ts';
import { measure } from '../measure.ts';
import { runCommand } from '../run-command.ts';
import { atMost, compare, type Row } from '../verdict.ts';

/** Milliseconds that a build which has nothing to do may take on a quiet machine: of its rounds, the fastest. */
const LIMIT = 250;

export async function noOpBuild({ karapace, buildah }: Fixture, rounds: number): Promise<readonly Row[]> {
  const cached = await buildah.build(ASKED);
  await runCommand(cached);
  const contenders = [
    { name: 'karapace', run: () => runCommand(karapace.command('build', karapace.manifest, '--name', NAME)) },
    { name: 'buildah', run: () => runCommand(cached) },
    { name: 'node -e 0', run: () => runCommand([process.execPath, '-e', '0']) },
  ];
  const [own, ...peers] = compare('no-op build', await measure(contenders, rounds), { buildah: atMost(1 / 5) });
  if (own === undefined) return [];
  return [{ ...own, goal: { text: `fastest < ${LIMIT} ms`, met: own.fastest < LIMIT } }, ...peers];
}
