import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { TreeDigest } from '../../src/contracts/ids.ts';
import type { NormalizedManifest } from '../../src/contracts/manifest.ts';
import { lockDifferences } from '../../src/lock/lock-differences.ts';
import { NO_LIMITS } from '../../src/manifest/limit-names.ts';
import { anyManifest } from './any-lock.ts';
import { LOCK, MANIFEST } from './lock-fixture.ts';

test('a lock answers the manifest that it was made for', () => {
  expect(lockDifferences(LOCK, { manifest: MANIFEST, files: [] })).toEqual([]);
});

test('differences are shown field by field', () => {
  const changed: NormalizedManifest = {
    ...MANIFEST,
    base: { image: 'debian/sid' },
    system: { packages: ['git', 'jq'] },
    mounts: [
      { label: 'project', host: '..', container: '/workspace' },
      { label: 'x', host: '/x', container: '/x' },
    ],
    runtime: {
      ...MANIFEST.runtime,
      resource_limits: { ...NO_LIMITS, cpu_shares: 2, pids_limit: 64, best_effort: true },
    },
  };

  expect(lockDifferences(LOCK, { manifest: changed, files: [] })).toEqual([
    { field: 'base.image', lock: '"debian/trixie"', manifest: '"debian/sid"' },
    { field: 'system.packages', lock: '["curl","git"]', manifest: '["git","jq"]' },
    { field: 'mounts.project', lock: '".:/workspace"', manifest: '"..:/workspace"' },
    { field: 'runtime.resource_limits.memory_limit_mb', lock: '512', manifest: 'nothing' },
    { field: 'mounts.x', lock: 'nothing', manifest: '"/x:/x"' },
    { field: 'runtime.resource_limits.cpu_shares', lock: 'nothing', manifest: '2' },
    { field: 'runtime.resource_limits.pids_limit', lock: 'nothing', manifest: '64' },
    { field: 'runtime.resource_limits.best_effort', lock: 'nothing', manifest: 'true' },
  ]);
});

test('variables, files with their content, and runs are fields too', () => {
  const tree = 'ab'.repeat(32) as TreeDigest;
  const request = { source: 'a', target: '/a', mode: null };
  const run = { name: '1', command: ['true'], network: false, after: [] };
  const locked = { intent: { ...MANIFEST, files: [request], run: [run] }, files: [{ target: '/a', tree }] };
  const wish = { ...locked.intent, env: { A: 'x' }, run: [{ ...run, command: ['false'] }] };
  const files = [{ target: '/a', tree: 'cd'.repeat(32) as TreeDigest }];

  expect(lockDifferences(locked, { manifest: wish, files }).map(({ field }) => field)).toEqual([
    'files[0].content',
    'run[0]',
    'env.A',
  ]);
});

test('exactly the same manifests have no difference', () => {
  fc.assert(
    fc.property(anyManifest, anyManifest, (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other);

      expect(lockDifferences({ intent: one, files: [] }, { manifest: other, files: [] }).length === 0).toBe(isSame);
      expect(lockDifferences({ intent: one, files: [] }, { manifest: structuredClone(one), files: [] })).toEqual([]);
    }),
  );
});
