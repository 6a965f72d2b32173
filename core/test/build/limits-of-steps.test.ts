import { expect, test } from 'vitest';

import { limitsOfSteps } from '../../src/build/limits-of-steps.ts';
import { NO_LIMITS } from '../../src/manifest/limit-names.ts';

test('steps have the limits that the machine keeps, but for that of the disk', () => {
  const limits = {
    cpu_shares: 512,
    memory_limit_mb: 64,
    pids_limit: 32,
    open_files_limit: 100,
    disk_limit_mb: 8,
    best_effort: true,
  };

  expect(limitsOfSteps(limits, ['memory_limit_mb', 'open_files_limit', 'disk_limit_mb'])).toEqual({
    ...NO_LIMITS,
    memory_limit_mb: 64,
    open_files_limit: 100,
    best_effort: true,
  });
});
