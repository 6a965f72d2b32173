// `npm run bench [-- --quick] [-- --json] [-- --only <group>]`: Karapace beside its peers, in one run.
import { parseArgs } from 'node:util';

import { installPackages } from '../scripts/debian/install-packages.ts';
import { missingPackages } from '../scripts/debian/missing-packages.ts';
import { fail, say } from '../scripts/setup/run.js';
import { openFixture } from './fixture.ts';
import { coldBuild } from './groups/cold-build.ts';
import { noOpBuild } from './groups/no-op-build.ts';
import { secondEnvironment } from './groups/second-environment.ts';
import { warmExec } from './groups/warm-exec.ts';
import { formatTable } from './table.ts';
import type { Row } from './verdict.ts';

const PEERS = ['bubblewrap', 'curl', 'mmdebstrap', 'podman', 'runc'];

/** Rounds of each group: usually, and with `--quick`. */
const GROUPS = {
  exec: { run: warmExec, rounds: 25, quick: 7 },
  noop: { run: noOpBuild, rounds: 25, quick: 7 },
  cold: { run: coldBuild, rounds: 3, quick: 1 },
  second: { run: secondEnvironment, rounds: 3, quick: 1 },
} as const;

type Group = keyof typeof GROUPS;

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, only: { type: 'string', multiple: true } },
});
const groups = (flags.only ?? Object.keys(GROUPS)).map(checkGroup);

const missing = await missingPackages(PEERS);
if (missing.length > 0) await installPackages(missing);
const fixture = await openFixture(say);
try {
  const rows: Row[] = [];
  for (const group of groups) rows.push(...(await runGroup(group)));
  console.log(flags.json ? JSON.stringify({ format: 1, rows }) : `\n${formatTable(rows)}`);
} finally {
  await fixture.close();
}

function runGroup(group: Group): Promise<readonly Row[]> {
  const { run, rounds, quick } = GROUPS[group];
  const count = flags.quick ? quick : rounds;
  say(`Measuring \`${group}\`: ${count} ${count === 1 ? 'round' : 'rounds'}`);
  return run(fixture, count);
}

function checkGroup(name: string): Group {
  if (Object.hasOwn(GROUPS, name)) return name as Group;
  return fail(`\`${name}\` is no group of the benchmark; there are ${Object.keys(GROUPS).join(', ')}`);
}
