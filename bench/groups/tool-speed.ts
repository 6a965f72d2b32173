import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Fixture, NAME } from '../fixture.ts';
import { measure, type Measurement } from '../measure.ts';
import { bwrap } from '../root-files.ts';
import { runCommand } from '../run-command.ts';
import { atMost, compare, within, type Judge, type Row } from '../verdict.ts';

const ENVIRONMENTS = 1_000;

type ToolFixture = Pick<Fixture, 'directory' | 'karapace' | 'root'>;

/** What the tool itself takes, beside a bare start of the same Node, and a launcher beside the bare tool that it drives. */
export async function toolSpeed(fixture: ToolFixture, rounds: number): Promise<readonly Row[]> {
  const { karapace, root, directory } = fixture;
  const launcher = join(directory, 'launcher');
  await runCommand(karapace.command('inspect', NAME, '--launcher', '--output', launcher));
  const crowded = await makeCrowd(fixture);
  const node = [process.execPath, '-e', '0'];
  const run = (name: string, command: readonly string[]) => ({ name, run: () => runCommand(command) });
  const pair = async (group: string, own: readonly string[], [name, other, judge]: Other): Promise<readonly Row[]> => {
    const measured: readonly Measurement[] = await measure([run('karapace', own), run(name, other)], rounds);
    return compare(group, measured, { [name]: judge });
  };
  return [
    ...(await pair('--help', karapace.command('--help'), ['node -e 0', node, atMost(1.5)])),
    ...(await pair(`list of ${ENVIRONMENTS}`, crowded, ['node -e 0', node, atMost(2)])),
    ...(await pair('launcher … true', [launcher, 'true'], ['bare bwrap', bwrap(root, 'true'), within(10, 50)])),
  ];
}

type Other = readonly [name: string, command: readonly string[], judge: Judge];

/** A store of many small environments; gives the command that lists them. */
async function makeCrowd({ directory, karapace }: ToolFixture): Promise<readonly string[]> {
  const crowd = join(directory, 'crowd');
  const manifests = Array.from({ length: ENVIRONMENTS }, (_, index) => join(crowd, String(index), 'karapace.toml'));
  for (const [index, manifest] of manifests.entries()) {
    await mkdir(join(manifest, '..'), { recursive: true });
    const text = `manifest_version = 1\nbase.image = "debian/trixie"\nruntime.backend = "mock"\nenv.NUMBER = "${index}"\n`;
    await writeFile(manifest, text);
  }
  const store = ['--store', join(directory, 'crowded')];
  await runCommand(karapace.command(...store, 'build', ...manifests));
  return karapace.command(...store, 'list');
}
