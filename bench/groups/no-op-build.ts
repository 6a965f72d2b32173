import { type Fixture, NAME } from '../fixture.ts';
import { measure } from '../measure.ts';
import { runCommand } from '../run-command.ts';
import { compare, type Row } from '../verdict.ts';

/** Milliseconds that a build which has nothing to do may take on a quiet machine: of its rounds, the fastest. */
const LIMIT = 250;

export async function noOpBuild({ karapace }: Fixture, rounds: number): Promise<readonly Row[]> {
  const contenders = [
    { name: 'karapace', run: () => runCommand(karapace.command('build', karapace.manifest, '--name', NAME)) },
    { name: 'node -e 0', run: () => runCommand([process.execPath, '-e', '0']) },
  ];
  const [own, ...peers] = compare('no-op build', await measure(contenders, rounds), {});
  if (own === undefined) return [];
  return [{ ...own, goal: { text: `fastest < ${LIMIT} ms`, met: own.fastest < LIMIT } }, ...peers];
}
