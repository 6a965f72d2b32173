import type { Check, SandboxSpec } from '@karapace/core';

import type { HostFacts } from './host-facts.ts';
import type { LauncherParts } from './launcher-program.ts';

export { CAPABILITIES, TOOLS_CAPABILITIES } from './capabilities.ts';
export { checkSources } from './check-sources.ts';
export type { CommandStarter } from './command-starter.ts';
export { describeRoot } from './describe-plan.ts';
export { checkSetup, sandboxError } from './explain-setup.ts';
export { findTool, readHostFacts, SYSTEM_DIRECTORIES, type HostFacts, type HostOptions } from './host-facts.ts';
export { isInner } from './inner-namespace.ts';
export { findJoinPoint, type JoinPoint } from './join-point.ts';
export type { LauncherParts } from './launcher-program.ts';
export { READ_ONLY_PROC, VISIBLE_SYS } from './kernel-places.ts';
export { readHierarchies } from './limits/read-groups.ts';
export { launch, type LaunchEnd } from './launch.ts';
export { findCapabilities } from './machine-capabilities.ts';
export { getTool } from './namespace-command.ts';
export { openIdSpace } from './open-id-space.ts';
export { withPinnedSources } from './pinned-sources.ts';
export { findChildren, findInit, startTimeOf } from './process-tree.ts';
export { runSandbox, type SandboxRunner } from './run-sandbox.ts';
export { planSandbox, sortMounts, type SandboxPlan } from './sandbox-plan.ts';
export type { ArgumentTest, SeccompRule } from './seccomp-rule.ts';
export { seccompRules, type SeccompOptions } from './seccomp-rules.ts';
export { signalSandbox } from './send-signal.ts';
export { AUDIT_ARCHITECTURES, syscallNumber, type FilterArchitecture, type Syscall } from './syscall-numbers.ts';
export { withSpareUpper } from './spare-upper.ts';
export { TOOLS_ETC, toolsFiles } from './tools-root.ts';
export { WORKSPACE } from './workspace.ts';

/** As `Backend.doctor`, with the programs that only this backend needs. Loaded when it is asked for. */
export async function checkMachine(facts: HostFacts, own: readonly string[]): Promise<readonly Check[]> {
  const checks = await import('./machine-checks.ts');
  return checks.checkMachine(facts, own);
}

/** As `Backend.launcher`. Loaded when it is asked for. */
export async function printLauncher(spec: SandboxSpec, parts: LauncherParts, facts: HostFacts): Promise<string> {
  const { launcherProgram } = await import('./launcher-program.ts');
  return launcherProgram(spec, parts, facts);
}
