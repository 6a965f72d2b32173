import { expect, it } from 'vitest';

import { shareRuns } from '../../src/store/share-runs.ts';

it('callers before a run starts share it, those during it get the next one, and a failure is only theirs', async () => {
  const runs: PromiseWithResolvers<void>[] = [];
  const shared = shareRuns(() => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const first = [shared(), shared()];
  await turn();
  expect(runs).toHaveLength(1);
  const second = [shared(), shared()];
  await turn();
  expect(runs).toHaveLength(1);
  runs[0]?.reject(new Error('the first'));
  expect((await Promise.allSettled(first)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await turn();
  expect(runs).toHaveLength(2);
  runs[1]?.resolve();
  expect((await Promise.allSettled(second)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
});
