import fs from 'node:fs';
import path from 'node:path';

import { environmentFiles } from './environment-files.ts';
import { encodeEnvironmentRecord, type EnvironmentRecord } from './environment-record.ts';
import type { JournalPlace } from './journal/journal.ts';
import type { Step } from './journal/step.ts';
import type { StoreLayout } from './store-layout.ts';

/**
 * What replaces an environment's generation by another one: the old one is whole until the record names the new one.
 *
 * @param made the directory of the new generation, below `tmp/`
 */
export function beginGeneration({ layout }: JournalPlace, before: EnvironmentRecord, made: string): readonly Step[] {
  const home = `environments/${before.env_id}`;
  const generation = freeGeneration(layout, before);
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

/** The next number, but for those that somebody left a directory of, whose content is not ours to remove. */
function freeGeneration(layout: StoreLayout, { env_id, generation }: EnvironmentRecord): number {
  const files = environmentFiles(layout.environment(env_id));
  let next = generation + 1;
  while (fs.existsSync(files.generation(next).directory)) next += 1;
  return next;
}
