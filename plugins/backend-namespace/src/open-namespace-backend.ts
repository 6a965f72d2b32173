import type { Backend } from '@karapace/core';
import {
  checkMachine,
  checkSources,
  findCapabilities,
  findJoinPoint,
  openIdSpace,
  readHostFacts,
  runSandbox,
  signalSandbox,
  type HostFacts,
  type HostOptions,
  type SandboxRunner,
} from '@karapace/sandbox-profile';

import { bwrapStarter } from './bwrap-starter.ts';
import { describePlan } from './describe-plan.ts';
import { planNamespace, type NamespacePlan } from './namespace-plan.ts';
import { seccompFilter } from './seccomp-filter.ts';

export function openNamespaceBackend(options: HostOptions): Backend {
  const facts = readHostFacts(options);
  return {
    name: 'namespace',
    capabilities: async () => findCapabilities(facts),
    idSpace: async (ids) => openIdSpace(ids, facts),
    plan: (spec) => describePlan(planNamespace(spec, facts)),
    start: async (spec, startOptions) => {
      checkSources(spec);
      const plan = planNamespace(spec, facts, findJoinPoint(startOptions.join));
      return runSandbox(plan, startOptions, runnerOf(plan, facts));
    },
    launcher: async (spec) => {
      const { bwrapLauncher } = await import('./bwrap-launcher.ts');
      return bwrapLauncher(spec, facts);
    },
    signal: (sandbox, signal) => signalSandbox(sandbox, signal, facts.toolDirectories),
    doctor: async () => checkMachine(facts, ['bwrap']),
  };
}

function runnerOf(plan: NamespacePlan, facts: HostFacts): SandboxRunner {
  return {
    facts,
    starter: bwrapStarter(plan, seccompFilter(plan.filter)),
    explain: async (end) => {
      const { explainFailure } = await import('./explain-failure.ts');
      return explainFailure(end, plan, facts);
    },
  };
}
