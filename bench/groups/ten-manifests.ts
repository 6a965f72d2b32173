import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { asRoot } from '../as-root.ts';
import { ASKED, type Fixture } from '../fixture.ts';
import { measure, summarise } from '../measure.ts';
import { removeRoot } from '../root-files.ts';
import { runCommand } from '../run-command.ts';
import { atMost, compare, type Row } from '../verdict.ts';
import { karapace } from '../../scripts/setup/workspace.js';

/** Small ones, without dependencies that are not there: one for each manifest, beside what they all have. */
const OWN = ['tree', 'hello', 'pv', 'sl', 'less', 'rsync', 'bc', 'dc', 'ed', 'time'] as const;
const MB = 1_000_000;

/**
 * Ten manifests that share the base and most packages, in one call, against a call and a store for each of them; and how
 * much room the stores take that hold all ten and one.
 */
export async function tenManifests({ directory }: Fixture, rounds: number): Promise<readonly Row[]> {
  const [together, apart] = [join(directory, 'together'), join(directory, 'apart')] as const;
  const separately = OWN.map((name) => join(apart, name));
  const contenders = [
    { name: 'karapace, ten in one call', prepare: () => begin(together), run: () => build(together, OWN) },
    {
      name: 'ten calls, ten stores',
      prepare: async () => {
        for (const place of separately) await begin(place);
      },
      run: async () => {
        for (const [index, name] of OWN.entries()) await build(separately[index] ?? apart, [name]);
      },
    },
  ];
  const rows = compare('ten manifests', await measure(contenders, rounds), { 'ten calls, ten stores': atMost(1 / 3) });
  const sizes = await Promise.all([together, separately[0] ?? apart].map(megabytes));
  const [all, one] = sizes.map((size) => summarise('', [size]));
  if (all === undefined || one === undefined) return rows;
  const taken = compare(
    'room of a store',
    [
      { ...all, name: 'ten environments' },
      { ...one, name: 'one environment' },
    ],
    { 'one environment': atMost(1.25) },
  );
  await Promise.all([together, apart].map(removeRoot));
  return [...rows, ...taken.map((row): Row => ({ ...row, unit: 'MB' }))];
}

/** Projects without locks, and no store. */
async function begin(place: string): Promise<void> {
  await removeRoot(place);
  for (const name of OWN) {
    await mkdir(join(place, name), { recursive: true });
    const packages = [...ASKED, name].map((each) => `"${each}"`).join(', ');
    const manifest = `manifest_version = 1\n[base]\nimage = "debian/trixie"\n[system]\npackages = [${packages}]\n`;
    await writeFile(join(place, name, 'karapace.toml'), manifest);
  }
}

async function build(place: string, names: readonly string[]): Promise<void> {
  const projects = names.map((name) => join(place, name));
  await runCommand(karapace('--store', join(place, 'store'), '--quiet', 'build', ...projects));
}

async function megabytes(place: string): Promise<number> {
  const printed = await runCommand(asRoot('du', '--summarize', '--block-size=1', join(place, 'store')), 'pipe');
  return Number.parseInt(printed, 10) / MB;
}
