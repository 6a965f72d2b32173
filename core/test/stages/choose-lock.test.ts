import { describe, expect, test } from 'vitest';

import type { TreeDigest } from '../../src/contracts/ids.ts';
import type { NormalizedManifest } from '../../src/contracts/manifest.ts';
import { chooseLock } from '../../src/stages/lock.ts';
import { NO_LIMITS } from '../../src/manifest/limit-names.ts';
import { LOCK, MANIFEST } from '../lock/lock-fixture.ts';

const base = { files: [], lock: LOCK, lockFile: 'karapace.lock', locked: false };
const changes: readonly (readonly [string, Partial<NormalizedManifest>])[] = [
  ['a variable', { env: { A: 'x' } }],
  ['a run', { run: [{ name: '1', command: ['true'], network: false, after: [] }] }],
  ['a mount', { mounts: [] }],
  ['a limit', { runtime: { ...MANIFEST.runtime, resource_limits: { ...NO_LIMITS, cpu_shares: 2 } } }],
];

test('a lock that answers the manifest is taken as it is', () => {
  expect(chooseLock({ ...base, manifest: MANIFEST })).toBe(LOCK);
});

describe('what no image source and no package manager has a say in', () => {
  test.for(changes)('%s keeps everything pinned', ([, change]) => {
    const lock = chooseLock({ ...base, manifest: { ...MANIFEST, ...change } });

    expect(lock).toMatchObject({ base: LOCK.base, packages: LOCK.packages, intent: change });
    expect(lock?.env_id).not.toBe(LOCK.env_id);
  });

  test.for(changes)('%s makes a locked build fail', ([, change]) => {
    expect(() => chooseLock({ ...base, manifest: { ...MANIFEST, ...change }, locked: true })).toThrow(
      expect.objectContaining({ code: 'LOCK_STALE' }),
    );
  });

  test('changed files are pinned anew', () => {
    const files = [{ source: 'a', target: '/a', mode: null }];
    const pins = [{ target: '/a', tree: 'ab'.repeat(32) as TreeDigest }];

    expect(chooseLock({ ...base, manifest: { ...MANIFEST, files }, files: pins })?.files).toEqual(pins);
  });
});

describe('a manifest whose image was pinned', () => {
  const pinned = (tree: string) => ({ ...MANIFEST, base: { image: `debian/trixie@${tree}` } });

  test('to what the lock has keeps everything pinned', () => {
    const manifest = pinned(LOCK.base.tree);
    const lock = chooseLock({ ...base, manifest });

    expect(lock).toMatchObject({
      base: { ...LOCK.base, reference: manifest.base.image },
      packages: LOCK.packages,
      intent: manifest,
    });
  });

  test('to something else has to be resolved', () => {
    expect(chooseLock({ ...base, manifest: pinned('ef'.repeat(32)) })).toBeUndefined();
  });

  test('makes a locked build fail until the lock says so, too', () => {
    expect(() => chooseLock({ ...base, manifest: pinned(LOCK.base.tree), locked: true })).toThrow(
      expect.objectContaining({ code: 'LOCK_STALE' }),
    );
  });
});

test.for([
  ['another image', { base: { image: 'debian/sid' } }],
  ['another package', { system: { packages: ['jq'] } }],
  ['another application', { gui: { apps: [] } }],
  ['another backend', { runtime: { ...MANIFEST.runtime, backend: 'mock' } }],
] as const)('%s has to be resolved', ([, change]) => {
  expect(chooseLock({ ...base, manifest: { ...MANIFEST, ...change } })).toBeUndefined();
});
