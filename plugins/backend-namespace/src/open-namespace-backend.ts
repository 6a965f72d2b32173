import { KarapaceError, type Backend, type BackendCapabilities, type IdSpace, type Ids } from '@karapace/core';

import { checkSources } from './check-sources.ts';
import { describePlan } from './describe-plan.ts';
import { readHostFacts, type HostFacts } from './host-facts.ts';
import type { BackendNamespaceOptions } from './index.ts';
import { findJoinPoint } from './join-point.ts';
import { wrapInIds } from './namespace-command.ts';
import { findDenial } from './namespace-denial.ts';
import { runSandbox } from './run-sandbox.ts';
import { noRange, planSandbox, type IdMap } from './sandbox-plan.ts';
import { signalSandbox } from './send-signal.ts';

export function openNamespaceBackend(options: BackendNamespaceOptions): Backend {
  const facts = readHostFacts(options);
  return {
    name: 'namespace',
    capabilities: async () => findCapabilities(facts),
    idSpace: async (ids) => openIdSpace(ids, facts),
    plan: (spec) => describePlan(planSandbox(spec, facts)),
    start: async (spec, startOptions) => {
      checkSources(spec);
      return runSandbox(planSandbox(spec, facts, findJoinPoint(startOptions.join)), startOptions, facts);
    },
    signal: (sandbox, signal) => signalSandbox(sandbox, signal, facts.toolDirectories),
    doctor: async () => {
      const { checkMachine } = await import('./check-machine.ts');
      return checkMachine(facts);
    },
  };
}

function findCapabilities({ fullIds }: HostFacts): BackendCapabilities {
  return { ids: fullIds === null ? 'single' : 'full', networkIsolation: true, limits: [], terminal: true };
}

function openIdSpace(ids: Ids, facts: HostFacts): IdSpace {
  const { fullIds, toolDirectories } = facts;
  if (ids === 'full' && fullIds === null) throw noRange();
  const idMap: IdMap = ids === 'full' && fullIds !== null ? fullIds.kind : 'single';
  const denial = idMap === 'identity' ? undefined : findCertainDenial();
  if (denial !== undefined) throw denial;
  return {
    ids,
    description: ids === 'single' ? 'single id' : describeFull(facts),
    wrap: (command) => wrapInIds(idMap, command, toolDirectories),
  };
}

/** AppArmor's setting has exceptions for programs, so only trying tells; a limit of none has not. */
function findCertainDenial(): KarapaceError | undefined {
  const denial = findDenial();
  if (denial === undefined || denial.reason.includes('apparmor')) return undefined;
  return new KarapaceError('NAMESPACE_DENIED', `This user may not create user namespaces: ${denial.reason}`, {
    hint: `Run \`${denial.fix?.commands?.[0]?.join(' ')}\` as root.`,
  });
}

function describeFull({ fullIds }: HostFacts): string {
  if (fullIds?.kind !== 'range') return 'root';
  const { first, count } = fullIds.range;
  return `subordinate ids ${first}-${first + count - 1}`;
}
