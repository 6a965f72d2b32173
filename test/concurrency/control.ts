import fs from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import { environmentFiles } from '../../core/src/store/environment-files.ts';
import { encodeEnvironmentRecord, readEnvironmentRecord } from '../../core/src/store/environment-record.ts';
import { storeLayout } from '../../core/src/store/store-layout.ts';
import { perform, type Actor } from './perform.ts';
import { now, type Asked, type Recorded } from './record.ts';

const PAUSE = 40;

/** What must be found: a change that is made of a read and a later write, with no lock around them. */
export async function markWithoutLocks(asked: Asked & { kind: 'mark' }, actor: Actor): Promise<Recorded> {
  const start = now();
  const found = await perform({ kind: 'inspect', reference: asked.reference }, actor);
  const seen = 'told' in found.answer ? found.answer.told.seen?.[0] : undefined;
  const layout = storeLayout(actor.place.store);
  const id = seen?.id as Parameters<typeof readEnvironmentRecord>[1];
  const record = seen === undefined ? undefined : readEnvironmentRecord(layout, id);
  if (record === undefined) return { ...found, asked };
  await setTimeout(PAUSE);
  const { record: file, directory } = environmentFiles(layout.environment(id));
  if (fs.existsSync(directory)) fs.writeFileSync(file, encodeEnvironmentRecord({ ...record, ...asked.mark }));
  return { process: actor.process, asked, answer: { told: { id } }, start, end: now() };
}
