import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

import { makeUser } from '../support/debian.ts';
import { compileProbes, startCanary } from './canary.ts';
import { readCatalogue } from './catalogue.ts';
import { runControl } from './control.ts';
import { runInside, type Entrance } from './entrances.ts';
import { judge, parseOutcomes, type Judgement, type Outcomes } from './outcome.ts';

/** Who enters: whoever runs this, which is root where everything is to be tried, or an ordinary user made for it, with a range of ids or without. */
export type Person = 'me' | 'user' | 'user with one id';

export interface Way {
  readonly backend: string;
  readonly person: Person;
}

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
    async probe({ backend, person }) {
      using user = person === 'me' ? undefined : makeUser({ range: person === 'user' });
      await using canary = await startCanary(program);
      const printed = await runInside({ program, canary, backend, user });
      return [...printed].map(([entrance, text]) => ({
        ...judge(readCatalogue(), parseOutcomes(text), control),
        ...{ backend, person, entrance, touched: [...canary.touched] },
      }));
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  };
}
