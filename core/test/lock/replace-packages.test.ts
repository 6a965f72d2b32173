import { expect, test } from 'vitest';

import { replacePackages } from '../../src/lock/replace-packages.ts';
import { pin } from './lock-fixture.ts';

const summary = (pins: ReturnType<typeof replacePackages>) =>
  pins.map(({ name, arch, version, asked }) => `${name}:${arch} ${version} ${asked}`).toSorted();

test('others come in the place of those of their name, and who asked stays', () => {
  const locked = [pin('git', 'system'), pin('xterm', 'gui'), pin('libc', 'dependency')];
  const upgraded = [
    { ...pin('git', 'dependency'), version: '2' },
    { ...pin('libc', 'system'), version: '2' },
    { ...pin('new', 'system'), version: '2' },
  ];

  expect(summary(replacePackages(locked, upgraded))).toEqual([
    'git:amd64 2 system',
    'libc:amd64 2 dependency',
    'new:amd64 2 dependency',
    `xterm:amd64 ${pin('xterm', 'gui').version} gui`,
  ]);
});

test('an architecture is replaced by another where it is the only one, and else stays beside it', () => {
  const [native, foreign] = [pin('libc', 'system'), { ...pin('libc', 'system'), arch: 'i386' }];
  const neutral = { ...pin('libc', 'system'), arch: 'all', version: '2' };

  expect(summary(replacePackages([native], [neutral]))).toEqual(['libc:all 2 system']);
  expect(replacePackages([native, foreign], [{ ...native, version: '2' }])).toContain(foreign);
});
