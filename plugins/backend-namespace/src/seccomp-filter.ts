import type { FilterArchitecture, SeccompRule, Syscall } from '@karapace/sandbox-profile';

import { ACTIONS, assembleProgram, type Rule } from './seccomp-program.ts';

export interface FilterOptions {
  readonly architecture: FilterArchitecture;
  readonly rules: readonly SeccompRule[];
}

/** The filter that a command runs under, as bytes for `bwrap --seccomp`. */
export function seccompFilter({ architecture, rules }: FilterOptions): Buffer {
  const refusals = rules.map(({ syscall, errno, tests }): Rule => ({ syscall, action: ACTIONS.fail | errno, tests }));
  return assembleProgram({ architecture, rules: refusals, otherwise: ACTIONS.allow });
}

/** What `bwrap` itself still calls once its filter is in force. */
const STARTING: readonly Syscall[] = ['close', 'execve', 'exit_group', 'prctl', 'wait4', 'write', 'writev'];

/** A filter under which a program can be started but can do nothing: to hear again, without effect, why starting failed. */
export function inertFilter(architecture: FilterArchitecture): Buffer {
  const rules = STARTING.map((syscall): Rule => ({ syscall, action: ACTIONS.allow }));
  return assembleProgram({ architecture, rules, otherwise: ACTIONS.kill });
}
