import { expect, test } from 'vitest';

import { limitReached } from '../../src/build/limit-reached.ts';
import { LIMIT_NAMES, NO_LIMITS } from '../../src/manifest/limit-names.ts';

test('the limit that a command failed of is said in words and with its number', () => {
  const limits = {
    ...NO_LIMITS,
    cpu_shares: 1,
    memory_limit_mb: 64,
    pids_limit: 3,
    open_files_limit: 4,
    disk_limit_mb: 5,
  };

  expect(LIMIT_NAMES.map((name) => limitReached(name, limits))).toEqual([
    'the limit of 1 CPU shares was reached',
    'the memory limit of 64 MB was reached',
    'the limit of 3 processes was reached',
    'the limit of 4 open files was reached',
    'the disk limit of 5 MB was reached',
  ]);
});
