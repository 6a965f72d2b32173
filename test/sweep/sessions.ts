// `npm run sweep:sessions [-- --rounds <count>] [-- --seed <number>]`: enters, stops and kills, and looks what is left.
import { parseArgs } from 'node:util';

import { openSessionLab, ROUND_NAMES } from './session-rounds.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const rounds = Number(values.rounds);
await using lab = await openSessionLab(Number(values.seed));
let failed = 0;
for (let number = 0; number < rounds; number += 1) {
  const failure = await lab.round(number);
  if (failure === undefined) continue;
  failed += 1;
  console.error(`round ${failure.round} (${failure.name}) left:\n  ${failure.left.join('\n  ')}`);
}
console.log(
  `${rounds} rounds of ${ROUND_NAMES.length} kinds with seed ${values.seed}: ${failed} left something behind`,
);
process.exitCode = failed === 0 ? 0 : 1;
