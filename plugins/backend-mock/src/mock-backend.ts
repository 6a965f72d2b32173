import type { Backend, Ids, SandboxSpec, Session, StartOptions } from '@karapace/core';
import { KarapaceError, LIMIT_NAMES } from '@karapace/core';

import { signalMockSession, startMockSession } from './mock-session.ts';

/** Runs a few commands of its own in this process; starts no other. */
export function createMockBackend(): Backend {
  return {
    name: 'mock',
    capabilities: async () => ({
      ids: 'single',
      networkIsolation: true,
      limits: LIMIT_NAMES,
      terminal: true,
    }),
    idSpace: async (ids: Ids) => {
      if (ids === 'single') return { ids, description: 'single id', wrap: (command) => command };
      throw new KarapaceError('LOCK_IDS', 'The backend `mock` has no user ids but 0', {
        hint: 'Set `[runtime] backend` to the backend that the lock was made with.',
      });
    },
    plan: (spec: SandboxSpec) => [`interpret ${JSON.stringify(spec.command)}`],
    start: async (spec: SandboxSpec, options: StartOptions): Promise<Session> => startMockSession(spec, options),
    signal: signalMockSession,
    doctor: async () => [],
  };
}
