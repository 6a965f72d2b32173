// `npm run sweep:power [-- --cuts <count>] [-- --only ext4] [-- --seed <number>]`: cuts the power under everything that a
// store can do, on file systems of its own. Takes root, or sudo without a password.
import { parseArgs } from 'node:util';

import { runPowerLab, whyNoPowerCuts } from './run-power-lab.ts';

const { values } = parseArgs({
  options: {
    cuts: { type: 'string', default: '300' },
    only: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});
const reason = await whyNoPowerCuts();
if (reason !== undefined) throw new Error(reason);
for (const kind of ['ext4', 'xfs'] as const) {
  if (values.only !== undefined && values.only !== kind) continue;
  const { code, output } = await runPowerLab(kind, Number(values.cuts), Number(values.seed));
  console.log(output);
  if (code !== 0) process.exitCode = 1;
}
