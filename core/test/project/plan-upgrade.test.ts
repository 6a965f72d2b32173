import { expect, test } from 'vitest';

import { createLock } from '../../src/lock/create-lock.ts';
import { planUpgrade } from '../../src/project/plan-upgrade.ts';
import { LOCK, MANIFEST, RESOLUTION } from '../lock/lock-fixture.ts';

const FIXED = createLock(RESOLUTION, {
  ...MANIFEST,
  system: { packages: ['curl=1', 'git', 'installed-already=3'] },
});

test('what the manifest asks for in a version stays in it, whether it is to be brought up to date or not', () => {
  expect(planUpgrade(['git'], LOCK)).toEqual(['git']);
  expect(planUpgrade(['git', 'libcurl4t64', 'git'], FIXED)).toEqual(['curl=1', 'git', 'libcurl4t64']);
  expect(planUpgrade(['curl'], FIXED)).toEqual(['curl=1']);
});

test.each([
  [['gti'], 'The lock has no package `gti`', 'Did you mean `git`?'],
  [['git', 'a', 'b'], 'The lock has no package `a`, `b`', 'The manifest asks for `curl`, `git`, `xterm`.'],
  [['karapace.toml'], 'The lock has no package `karapace.toml`', '`--manifest karapace.toml`'],
  [['git=2'], 'The lock has no package `git=2`', '`karapace add git=2`'],
  [['apt', 'bash'], '`apt`, `bash` are parts of the image', 'without naming packages'],
])('%j is no package of the lock, and the error says what it may be', (names, message, hint) => {
  expect(() => planUpgrade(names, LOCK)).toThrow(
    expect.objectContaining({
      code: 'PACKAGE_UNKNOWN',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    }),
  );
});
