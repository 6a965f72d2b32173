// `npm run sweep:sessions [-- --backend <name>] [-- --rounds <count>] [-- --seed <number>]`: enters, stops and kills, and looks what is left.
import { parseArgs } from 'node:util';

import { findSweptBackends, openSessionLab, ROUND_NAMES } from './session-rounds.ts';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', multiple: true, default: [...findSweptBackends()] },
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
  },
});
/** Rounds after which there is a line: on a busy machine they take minutes. */
const HEARTBEAT = 25;
let failed = 0;
for (const backend of values.backend) {
  const failures = await sweep(backend, Number(values.rounds));
  console.log(
    `${backend}: ${values.rounds} rounds of ${ROUND_NAMES.length} kinds with seed ${values.seed}: ${failures} left something behind`,
  );
  failed += failures;
}
process.exitCode = failed === 0 ? 0 : 1;

async function sweep(backend: string, rounds: number): Promise<number> {
  await using lab = await openSessionLab({ backend, seed: Number(values.seed) });
  let failures = 0;
  for (let number = 0; number < rounds; number += 1) {
    if (number > 0 && number % HEARTBEAT === 0) console.log(`${backend}: ${number} of ${rounds} rounds`);
    const failure = await lab.round(number);
    if (failure === undefined) continue;
    failures += 1;
    console.error(`${backend}: round ${failure.round} (${failure.name}) left:\n  ${failure.left.join('\n  ')}`);
  }
  return failures;
}
