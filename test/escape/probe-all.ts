import { chmodSync, mkdtempSync } from 'node:fs';

import { makeUser, runAsRoot } from '../support/debian.ts';
import { startCanary } from './canary.ts';
import { readCatalogue, type Probe } from './catalogue.ts';
import { prepareLab, programIn } from './control.ts';
import { makeDebian, runInPackage } from './debian-package.ts';
import { runInside, type Entrance, type Lab } from './entrances.ts';
import { judge, parseOutcomes, type Judgement, type Outcomes } from './outcome.ts';
import type { ControlledBackend } from './run-controls.ts';

/** Who enters: whoever runs this, which is root where everything is to be tried, or an ordinary user made for it, with a range of ids or without. */
export type Person = 'me' | 'user' | 'user with one id';

export interface Way {
  readonly backend: ControlledBackend;
  readonly person: Person;
  /** `host`: an environment that asks for the host's network, and has all of it. */
  readonly network: 'none' | 'host';
}

/** The guard that an environment with the host's network does without, and what then reaches the canaries outside. */
const ISOLATION = 'network namespace';
const OPEN_DOORS = ['touched loopback', 'touched loopback6'];

/** What came of all probes, by one entrance. */
export interface Finding extends Judgement, Way {
  readonly entrance: Entrance;
  /** What the canaries outside noticed. */
  readonly touched: readonly string[];
}

export interface ProbeLab extends Disposable {
  readonly directory: string;
  /** Runs every probe by every entrance, and judges by what each does without its guards. */
  probe(way: Way, control: Outcomes): Promise<readonly Finding[]>;
  /** As `probe`, by the script of a package that apt installs into a real Debian. */
  probePackage(way: Way, control: Outcomes): Promise<readonly Finding[]>;
}

export function openProbeLab(): ProbeLab {
  // At the same place inside, where `/tmp` is another one.
  const directory = mkdtempSync('/var/tmp/karapace-probes-');
  chmodSync(directory, 0o755);
  prepareLab(directory);
  let hasDebian = false;
  return {
    directory,
    probe: (way, control) => runAndJudge({ directory, way, control, run: runInside }),
    probePackage: async (way, control) => {
      if (!hasDebian) makeDebian(directory);
      hasDebian = true;
      return runAndJudge({ directory, way, control, run: (lab) => runInPackage(directory, lab) });
    },
    [Symbol.dispose]: () => runAsRoot('rm', '-rf', directory),
  };
}

interface Trial {
  readonly directory: string;
  readonly way: Way;
  readonly control: Outcomes;
  /** Gives what the probes printed. */
  readonly run: (lab: Lab) => Promise<ReadonlyMap<Entrance, string>>;
}

async function runAndJudge({ directory, way, control, run }: Trial): Promise<readonly Finding[]> {
  const { person, network } = way;
  const program = programIn(directory);
  using user = person === 'me' ? undefined : makeUser({ range: person === 'user' });
  await using canary = await startCanary(program);
  const printed = await run({ ...way, program, canary, user });
  const touched = canary.touched.filter((line) => network === 'none' || !OPEN_DOORS.includes(line));
  return [...printed].map(([entrance, text]) => ({
    ...judge(guardedBy(network), parseOutcomes(text), control),
    ...{ ...way, entrance, touched },
  }));
}

/** What is kept away with this network. A build step has none in either case. */
function guardedBy(network: Way['network']): readonly Probe[] {
  return readCatalogue().filter(({ guards }) => network === 'none' || guards.join() !== ISOLATION);
}
