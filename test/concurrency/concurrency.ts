// `npm run sweep:concurrency [-- --operations <each>] [-- --processes <count>] [-- --seed <number>]`
import fs from 'node:fs';
import { parseArgs } from 'node:util';

import type { Recorded } from './record.ts';
import { tryConcurrency } from './try-concurrency.ts';

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '8' },
    operations: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    on: { type: 'string' },
    history: { type: 'string' },
    control: { type: 'boolean', default: false },
  },
});
console.error(`seed ${values.seed}`);
const trial = { ...values, processes: Number(values.processes), operations: Number(values.operations) };
const { problems, history } = await tryConcurrency({ ...trial, seed: Number(values.seed) });
if (values.history !== undefined) fs.writeFileSync(values.history, JSON.stringify(history));
console.log(tableOf(history));
console.log(problems.length === 0 ? 'everything that anybody was told is true' : problems.join('\n'));
process.exitCode = problems.length === 0 ? 0 : 1;

/** How often each was asked, and how it was answered. */
function tableOf(records: readonly Recorded[]): string {
  const kinds = Object.entries(Object.groupBy(records, ({ asked }) => asked.kind));
  return kinds
    .map(([kind, each]) => {
      const answers = Map.groupBy(each, ({ answer }) =>
        'refused' in answer ? answer.refused : Object.keys(answer)[0],
      );
      return `${kind}: ${[...answers].map(([answer, { length }]) => `${answer} ${length}`).join(', ')}`;
    })
    .join('\n');
}
