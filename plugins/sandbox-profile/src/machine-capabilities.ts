import type { BackendCapabilities } from '@karapace/core';

import { whyNotCutOff } from './abstract-sockets.ts';
import type { HostFacts } from './host-facts.ts';
import { enforcedLimits } from './limits/plan-limits.ts';

/** As `Backend.capabilities`: what a sandbox of this package can do on this machine, for this user. */
export function findCapabilities(facts: HostFacts): BackendCapabilities {
  const { fullIds, toolDirectories } = facts;
  return {
    ids: fullIds === null ? 'single' : 'full',
    networkIsolation: true,
    limits: enforcedLimits(fullIds === null ? 'single' : fullIds.kind, facts),
    terminal: true,
    // Another program has to be asked, and most callers want to know something else.
    get cutsAbstractSockets() {
      return whyNotCutOff(toolDirectories) === undefined;
    },
  };
}
