import path from 'node:path';

import { encodeEnvironmentRecord, type EnvironmentRecord } from './environment-record.ts';
import type { JournalPlace } from './journal/journal.ts';
import type { Step } from './journal/step.ts';
import { makeGeneration } from './make-generation.ts';

/** What replaces an environment's generation by an empty one: the old one is whole until the record names the new one. */
export function beginGeneration(
  { layout, staging }: JournalPlace,
  before: EnvironmentRecord,
  snapshot: EnvironmentRecord['snapshot'],
): readonly Step[] {
  const home = `environments/${before.env_id}`;
  const generation = before.generation + 1;
  const made = path.relative(layout.root, makeGeneration(staging()));
  return [
    { step: 'move', from: made, to: `${home}/gen-${generation}` },
    {
      step: 'write',
      path: `${home}/environment.json`,
      text: encodeEnvironmentRecord({ ...before, generation, snapshot }),
    },
    { step: 'discard', path: `${home}/gen-${before.generation}` },
  ];
}
