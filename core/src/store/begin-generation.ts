import path from 'node:path';

import { encodeEnvironmentRecord, type EnvironmentRecord } from './environment-record.ts';
import type { JournalPlace } from './journal/journal.ts';
import type { Step } from './journal/step.ts';

/**
 * What replaces an environment's generation by another one: the old one is whole until the record names the new one.
 *
 * @param made the directory of the new generation, below `tmp/`
 */
export function beginGeneration({ layout }: JournalPlace, before: EnvironmentRecord, made: string): readonly Step[] {
  const home = `environments/${before.env_id}`;
  const generation = before.generation + 1;
  return [
    { step: 'move', from: path.relative(layout.root, made), to: `${home}/gen-${generation}` },
    {
      step: 'write',
      path: `${home}/environment.json`,
      text: encodeEnvironmentRecord({ ...before, generation }),
    },
    { step: 'discard', path: `${home}/gen-${before.generation}` },
  ];
}
