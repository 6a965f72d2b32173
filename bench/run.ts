// `npm run bench [-- --quick] [-- --json] [-- --only <group>] [-- --place <directory>]`: Karapace beside its peers, in one
// run. The groups about the store need 15 GB of room in the place.
import { parseArgs } from 'node:util';

import { installPackages } from '../scripts/debian/install-packages.ts';
import { missingPackages } from '../scripts/debian/missing-packages.ts';
import { fail, say } from '../scripts/setup/run.js';
import { openFixture, type Fixture } from './fixture.ts';
import { coldBuild } from './groups/cold-build.ts';
import { noOpBuild } from './groups/no-op-build.ts';
import { packageChange } from './groups/package-change.ts';
import { secondEnvironment } from './groups/second-environment.ts';
import { storeAgain } from './groups/store-again.ts';
import { storeCheckout } from './groups/store-checkout.ts';
import { storeConsume } from './groups/store-consume.ts';
import { storeGc } from './groups/store-gc.ts';
import { storeIngest } from './groups/store-ingest.ts';
import { storeMemory } from './groups/store-memory.ts';
import { storeVerify } from './groups/store-verify.ts';
import { tenManifests } from './groups/ten-manifests.ts';
import { toolSpeed } from './groups/tool-speed.ts';
import { warmExec } from './groups/warm-exec.ts';
import { openStoreFixture, type StoreFixture } from './store/store-fixture.ts';
import { formatTable } from './table.ts';
import type { Row } from './verdict.ts';

const PEERS = ['bubblewrap', 'buildah', 'curl', 'mmdebstrap', 'podman', 'runc'];

/** Rounds of each group: usually, and with `--quick`. */
const GROUPS = {
  exec: { run: warmExec, rounds: 25, quick: 7 },
  tool: { run: toolSpeed, rounds: 25, quick: 7 },
  noop: { run: noOpBuild, rounds: 25, quick: 7 },
  cold: { run: coldBuild, rounds: 3, quick: 1 },
  second: { run: secondEnvironment, rounds: 3, quick: 1 },
  change: { run: packageChange, rounds: 5, quick: 2 },
  ten: { run: tenManifests, rounds: 3, quick: 1 },
} as const;

/** The same of those about the store, which start from other things. */
const STORE_GROUPS = {
  'store-ingest': { run: storeIngest, rounds: 5, quick: 1 },
  'store-consume': { run: storeConsume, rounds: 5, quick: 1 },
  'store-checkout': { run: storeCheckout, rounds: 5, quick: 1 },
  'store-again': { run: storeAgain, rounds: 5, quick: 2 },
  'store-verify': { run: storeVerify, rounds: 5, quick: 1 },
  'store-gc': { run: storeGc, rounds: 3, quick: 1 },
  'store-memory': { run: storeMemory, rounds: 3, quick: 1 },
} as const;

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    place: { type: 'string' },
  },
});
const asked = new Set(flags.only ?? [...Object.keys(GROUPS), ...Object.keys(STORE_GROUPS)]);
for (const name of asked) checkGroup(name);

const rows: Row[] = [];
const isAsked = ([name]: readonly [string, unknown]) => asked.has(name);
const groups = Object.entries(GROUPS).filter(isAsked);
if (groups.length > 0) await measureGroups(groups, openPeers);
const storeGroups = Object.entries(STORE_GROUPS).filter(isAsked);
if (storeGroups.length > 0) await measureGroups(storeGroups, () => openStoreFixture(say, flags.place));
console.log(flags.json ? JSON.stringify({ format: 1, rows }) : `\n${formatTable(rows)}`);

async function openPeers(): Promise<Fixture> {
  const missing = await missingPackages(PEERS);
  if (missing.length > 0) await installPackages(missing);
  return openFixture(say);
}

interface Group<From> {
  readonly run: (fixture: From, rounds: number) => Promise<readonly Row[]>;
  readonly rounds: number;
  readonly quick: number;
}

async function measureGroups<From extends Fixture | StoreFixture>(
  groups: readonly (readonly [string, Group<From>])[],
  open: () => Promise<From>,
): Promise<void> {
  const fixture = await open();
  try {
    for (const [name, { run, rounds, quick }] of groups) {
      const count = flags.quick === true ? quick : rounds;
      say(`Measuring \`${name}\`: ${count} ${count === 1 ? 'round' : 'rounds'}`);
      const found = await run(fixture, count);
      // A run of an hour that is stopped has shown what it knew.
      say(`\n${formatTable(found)}\n`);
      rows.push(...found);
    }
  } finally {
    await fixture.close();
  }
}

function checkGroup(name: string): void {
  const known = [...Object.keys(GROUPS), ...Object.keys(STORE_GROUPS)];
  if (!known.includes(name)) fail(`\`${name}\` is no group of the benchmark; there are ${known.join(', ')}`);
}
