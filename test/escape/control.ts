import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { SUDO, startCanary } from './canary.ts';
import { PROBES_DIRECTORY, readDevices, type Probe } from './catalogue.ts';
import { parseOutcomes, type Outcomes } from './outcome.ts';
import type { ControlRequest, ControlRun } from './run-controls.ts';

/** The program of all probes, without libraries: it runs in any image. */
export const programIn = (directory: string): string => path.join(directory, 'probes');

/** Fills a directory with the program, and with what it takes to start a sandbox without a guard. */
export function prepareLab(directory: string): void {
  for (const name of ['layer/var', 'sys', 'dev']) mkdirSync(path.join(directory, name), { recursive: true });
  const sources = path.join(PROBES_DIRECTORY, '*.c');
  const compile = 'gcc -O1 -Wall -Wextra -Werror';
  execFileSync('sh', ['-c', `${compile} -static -o "$0" ${sources}`, programIn(directory)]);
  const library = path.join(import.meta.dirname, 'lie-to-bwrap.c');
  execFileSync('sh', ['-c', `${compile} -shared -fPIC -o "$0" ${library}`, path.join(directory, 'lie-to-bwrap.so')]);
}

/** Where it runs. */
type ControlLab = Pick<ControlRequest, 'directory' | 'backend'>;

/** Runs each probe in the sandbox of a backend that is whole but for the guards of this probe. */
export async function runControls(lab: ControlLab, probes: readonly Probe[]): Promise<Outcomes> {
  const sets = Map.groupBy(
    probes.filter(({ guards }) => guards.length > 0),
    ({ guards }) => guards.join(', '),
  );
  const runs = [...sets].map(([guards, members]) => ({
    off: guards.split(', '),
    probes: members.map(({ name }) => name),
  }));
  const outcomes = await runWithout(lab, runs);
  return new Map(outcomes.flatMap((outcome) => [...outcome]));
}

/** Guards that a backend is documented not to have: `docs/security.md`, how `oci` differs. */
const ABSENT: Readonly<Record<ControlLab['backend'], readonly string[]>> = {
  namespace: [],
  'oci-crun': ['nosuid'],
  'oci-runc': [],
};

/** Of probes with several guards, those that one of them does not keep away alone: `<probe>: <guard>`. */
export async function findIdleGuards(lab: ControlLab, probes: readonly Probe[]): Promise<readonly string[]> {
  const pairs = probes.flatMap(({ name, guards }) =>
    guards.length < 2 ? [] : guards.map((guard) => ({ name, guard, off: guards.filter((other) => other !== guard) })),
  );
  const sets = [...Map.groupBy(pairs, ({ guard, off }) => `${guard}; ${off.join(', ')}`).values()];
  const outcomes = await runWithout(
    lab,
    sets.map((members) => ({ off: members[0]?.off ?? [], probes: members.map(({ name }) => name) })),
  );
  return sets.flatMap((members, index) =>
    members
      .filter(({ name, guard }) => outcomes[index]?.get(name) === 'success' && !ABSENT[lab.backend].includes(guard))
      .map(({ name, guard }) => `${name}: ${guard}`),
  );
}

/** As root, where the machine's own devices and files of the kernel can be let in. */
async function runWithout(
  { directory, backend }: ControlLab,
  runs: readonly ControlRun[],
): Promise<readonly Outcomes[]> {
  const program = programIn(directory);
  await using canary = await startCanary(program);
  const script = path.join(import.meta.dirname, 'outside.sh');
  const request: ControlRequest = { backend, directory, secret: canary.secret, canary: canary.arguments, runs };
  const outside = [script, directory, canary.directory, canary.group ?? '-', ...readDevices(), '--'];
  const command = [process.execPath, '--conditions=karapace-source', path.join(import.meta.dirname, 'run-controls.ts')];
  const printed = execFileSync('env', [...SUDO, 'unshare', '--mount', '--uts', 'sh', ...outside, ...command], {
    input: JSON.stringify(request),
    encoding: 'utf8',
  });
  return (JSON.parse(printed) as readonly string[]).map(parseOutcomes);
}
