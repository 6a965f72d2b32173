import { NO_LIMITS } from '@karapace/core';
import { makeTestRoot, sampleSpec, type TestRoot } from '@karapace/core/testing';
import { startTimeOf } from '@karapace/sandbox-profile';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openBackend as openCrun } from './fixtures/open-crun.ts';
import { openBackend as openRunc } from './fixtures/open-runc.ts';

let root: TestRoot;
beforeAll(async () => {
  root = await makeTestRoot();
});
afterAll(() => root[Symbol.asyncDispose]());

test.for([openCrun, openRunc])('a root that is full and thrown away can be joined', async (open) => {
  const backend = await open();
  const limits = { ...NO_LIMITS, disk_limit_mb: 4 };
  const script = 'head -c 3000000 /dev/zero >/srv/1; head -c 3000000 /dev/zero >/srv/2; echo ready; sleep 600';
  const fill = sampleSpec(root.directory, 'single', { command: ['sh', '-c', script], limits });
  const ready = Promise.withResolvers<void>();
  const streams = { stdin: 'ignore', stdout: () => ready.resolve(), stderr: 'ignore' } as const;
  const first = await backend.start(fill, { streams });
  await ready.promise;
  const look = { ...fill, command: ['sh', '-c', 'echo x >/srv/3 || exit 3'] };
  const join = { pid: first.pid, start_time: startTimeOf(first.pid) ?? '' };
  const second = await backend.start(look, { streams: { ...streams, stdout: 'ignore' }, join });

  expect(await second.wait()).toEqual({ code: 3 });
  await first.stop(0);
});
