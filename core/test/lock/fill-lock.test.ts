import { expect, test } from 'vitest';

import type { LockFile } from '../../src/contracts/lock.ts';
import { envIdentity } from '../../src/identity/env-identity.ts';
import { fillLock } from '../../src/lock/fill-lock.ts';
import { LOCK } from './lock-fixture.ts';

test('a lock from before layers of packages, variables, files, runs and most limits gets them, empty, and keeps its identity', () => {
  const { files: _files, packages, intent, ...rest } = LOCK;
  const { env: _env, files: _requests, run: _run, ...kept } = intent;
  const { cpu_shares, memory_limit_mb } = intent.runtime.resource_limits;
  const older = { ...kept, runtime: { ...intent.runtime, resource_limits: { cpu_shares, memory_limit_mb } } };
  const pins = packages.map(({ layer: _layer, ...pin }) => pin);
  const filled = fillLock({ ...rest, packages: pins, intent: older } as unknown as LockFile);

  expect(filled).toEqual(LOCK);
  expect(envIdentity(filled)).toBe(LOCK.env_id);
});

test('a lock that has them keeps them', () => {
  const lock = { ...LOCK, intent: { ...LOCK.intent, env: { A: 'x' } } };

  expect(fillLock(lock)).toEqual(lock);
});
