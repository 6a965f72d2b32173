import { expect, test } from 'vitest';

import type { EnvIdentity } from '../../src/contracts/ids.ts';
import type { Environment } from '../../src/contracts/environment-store.ts';
import { choosePrevious } from '../../src/environment/previous-environment.ts';

function environment(digit: string, facts: Partial<Environment> = {}): Environment {
  const env_id = digit.repeat(64) as EnvIdentity;
  return {
    env_id,
    names: [],
    project: '/project',
    built_at: '2026-01-01T00:00:00Z',
    ...facts,
  } as unknown as Environment;
}

const locked = environment('1');
const named = environment('2', { names: ['dev'], project: '/elsewhere' });
const latest = environment('3', { built_at: '2026-03-01T00:00:00Z' });
const foreign = environment('4', { project: '/elsewhere', built_at: '2026-09-01T00:00:00Z' });
const all = [foreign, locked, named, latest];

test('a build is compared with what the lock meant before', () => {
  expect(choosePrevious(all, { locked: locked.env_id, name: 'dev', project: '/project' })).toBe(locked);
});

test('without that, with what the name means', () => {
  const gone = '9'.repeat(64) as EnvIdentity;

  expect(choosePrevious(all, { locked: gone, name: 'dev', project: '/project' })).toBe(named);
});

test('without either, with what was last built of the project', () => {
  expect(choosePrevious(all, { locked: undefined, name: 'new', project: '/project' })).toBe(latest);
});

test('another project’s environment is nothing to compare with', () => {
  expect(choosePrevious([foreign], { locked: undefined, name: undefined, project: '/project' })).toBeUndefined();
});
