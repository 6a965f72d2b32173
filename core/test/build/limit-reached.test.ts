import { expect, test } from 'vitest';

import { limitReached, limitsAtEnd } from '../../src/build/limit-reached.ts';
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

test('a limit that the kernel does not count is said to be a possible reason, unless another was reached', () => {
  const limits = { ...NO_LIMITS, memory_limit_mb: 64, open_files_limit: 100 };
  const uncounted = ['open_files_limit'] as const;

  expect(limitsAtEnd({ code: 1, uncounted }, limits)).toEqual([
    'the command may have failed of the limit of 100 open files: the kernel does not say when it is reached',
  ]);
  expect(limitsAtEnd({ code: 137, uncounted, limit: 'memory_limit_mb' }, limits)).toEqual([
    'the memory limit of 64 MB was reached',
  ]);
  expect(limitsAtEnd({ code: 1 }, limits)).toEqual([]);
});
