import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

import { makeUser } from '../support/debian.ts';
import { compileProbes, startCanary } from './canary.ts';
import { readCatalogue, type Probe } from './catalogue.ts';
import { runControl } from './control.ts';
import { runInside, type Entrance } from './entrances.ts';
import { judge, parseOutcomes, type Judgement, type Outcomes } from './outcome.ts';

/** Who enters: whoever runs this, which is root where everything is to be tried, or an ordinary user made for it, with a range of ids or without. */
export type Person = 'me' | 'user' | 'user with one id';

export interface Way {
  readonly backend: string;
  readonly person: Person;
  /** `host`: an environment that asks for the host's network, and has all of it. */
  readonly network: 'none' | 'host';
}

/** The guard that an environment with the host's network does without, and what then reaches the canaries outside. */
const ISOLATION = 'network isolation';
const OPEN_DOORS = ['touched loopback', 'touched loopback6'];

/** What came of all probes, by one entrance. */
export interface Finding extends Judgement, Way {
  readonly entrance: Entrance;
  /** What the canaries outside noticed. */
  readonly touched: readonly string[];
}

export interface ProbeLab extends Disposable {
  /** What succeeds with the guards off. */
  readonly control: Outcomes;
  /** Runs every probe by every entrance. */
  probe(way: Way): Promise<readonly Finding[]>;
}

export async function openProbeLab(): Promise<ProbeLab> {
  const directory = mkdtempSync('/tmp/karapace-probes-');
  const program = path.join(directory, 'probes');
  compileProbes(program);
  const control = await runControl(program);
  return {
    control,
    async probe(way) {
      const { person, network } = way;
      using user = person === 'me' ? undefined : makeUser({ range: person === 'user' });
      await using canary = await startCanary(program);
      const printed = await runInside({ ...way, program, canary, user });
      return [...printed].map(([entrance, text]) => ({
        ...judge(guardedBy(network), parseOutcomes(text), control),
        ...{
          ...way,
          entrance,
          touched: canary.touched.filter((line) => network === 'none' || !OPEN_DOORS.includes(line)),
        },
      }));
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  };
}

/** What is kept away with this network. A build step has none in either case. */
function guardedBy(network: Way['network']): readonly Probe[] {
  return readCatalogue().filter(({ guard }) => network === 'none' || guard !== ISOLATION);
}
