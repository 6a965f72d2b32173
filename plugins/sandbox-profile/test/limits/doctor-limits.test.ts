import { expect, test } from 'vitest';

import { readHostFacts, type FullIds } from '../../src/host-facts.ts';
import type { Controller } from '../../src/limits/hierarchies.ts';
import { checkMachine } from '../../src/machine-checks.ts';

const RANGE: FullIds = { kind: 'range', range: { first: 100_000, count: 65_536 } };
const HINDRANCE = { reason: 'of a reason', wayOut: 'Do something' };

/** What doctor says of limits, where nobody may make a group for some controllers. */
async function checkLimits(missing: readonly Controller[], fullIds: FullIds | null) {
  const findPlaces = (wanted: readonly Controller[]) => ({
    places: [],
    obstacles: wanted.filter((each) => missing.includes(each)).map((controller) => ({ controller, ...HINDRANCE })),
  });
  const checks = await checkMachine({ ...readHostFacts({}), countsProcesses: true, fullIds, findPlaces }, []);
  return checks.find(({ id }) => id === 'limits');
}

test('doctor names each limit that is not kept, why, and what helps', async () => {
  expect(await checkLimits(['memory', 'pids'], RANGE)).toMatchObject({
    state: 'warning',
    detail: 'not enforced here: `memory_limit_mb`, `pids_limit`, because of a reason',
    fix: { description: 'Do something.' },
  });
});

test('without a group, the kernel limits the processes of a single id and not those of a range', async () => {
  expect((await checkLimits(['pids'], null))?.state).toBe('ok');
  expect(await checkLimits(['pids'], RANGE)).toMatchObject({
    state: 'warning',
    detail: expect.stringContaining('nothing else counts processes of a range of ids') as string,
  });
});
