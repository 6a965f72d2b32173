// One of several processes that use a store: `node worker.ts <plan as JSON>`. Begins when its input ends.
import fs from 'node:fs';

import { openKarapace } from '../sweep/open-karapace.ts';
import { placeAt } from '../sweep/place.ts';
import { randomNumbers } from '../sweep/random.ts';
import { chooseAsked, remember, type Memory } from './choose-asked.ts';
import { markWithoutLocks } from './control.ts';
import { perform } from './perform.ts';
import type { WorkerPlan } from './run-workers.ts';

const plan = JSON.parse(process.argv[2] ?? '') as WorkerPlan;
const place = placeAt(plan.directory);
const random = randomNumbers(plan.seed * 1000 + plan.process);
const memory: Memory = { ...plan, snapshots: new Map(), nextSize: 1 };
/** Sometimes somebody comes anew. */
const ASKED_AT_ONCE = 25;

fs.writeSync(1, 'ready\n');
for await (const _chunk of process.stdin) continue;
for (let done = 0; done < plan.operations;) {
  await using karapace = await openKarapace(place);
  for (let asked = 0; asked < ASKED_AT_ONCE && done < plan.operations; asked += 1, done += 1) {
    const chosen = chooseAsked(memory, random);
    const isControl = plan.control === true && chosen.kind === 'mark';
    const actor = { karapace, place, process: plan.process };
    const recorded = isControl ? await markWithoutLocks(chosen, actor) : await perform(chosen, actor);
    remember(memory, chosen, recorded.answer);
    fs.writeSync(1, `${JSON.stringify(recorded)}\n`);
  }
}
