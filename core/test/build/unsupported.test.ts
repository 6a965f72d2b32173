import { expect, test } from 'vitest';

import { unsupported } from '../../src/build/unsupported.ts';
import type { BackendCapabilities } from '../../src/contracts/backend.ts';
import type { NormalizedManifest } from '../../src/contracts/manifest.ts';
import { NO_LIMITS } from '../../src/manifest/limit-names.ts';
import { MANIFEST } from '../lock/lock-fixture.ts';

const ABLE: BackendCapabilities = { ids: 'full', networkIsolation: true, limits: [], terminal: true };

function warnings(runtime: Partial<NormalizedManifest['runtime']>, capabilities: Partial<BackendCapabilities> = {}) {
  const plain = { ...MANIFEST.runtime, network_isolation: false, resource_limits: NO_LIMITS };
  const hardware = { gpu: false, audio: false };
  return unsupported({ ...MANIFEST, hardware, runtime: { ...plain, ...runtime } }, { ...ABLE, ...capabilities });
}

test('each limit that the backend does not keep is told', () => {
  const resource_limits = { ...NO_LIMITS, pids_limit: 64, memory_limit_mb: 64 };

  expect(warnings({ resource_limits }, { limits: ['pids_limit'] })).toEqual([
    'The backend `namespace` cannot enforce `runtime.resource_limits.memory_limit_mb`',
  ]);
});

test('abstract sockets in reach are told, unless there is no network of the host', () => {
  const reachable = { cutsAbstractSockets: false };

  expect(warnings({}, reachable)).toEqual([expect.stringMatching(/^Abstract sockets of the host can be reached/u)]);
  expect(warnings({ network_isolation: true }, reachable)).toEqual([]);
  expect(warnings({}, { cutsAbstractSockets: true })).toEqual([]);
  expect(warnings({})).toEqual([]);
});
