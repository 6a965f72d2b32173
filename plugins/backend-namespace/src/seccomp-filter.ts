import { seccompRules, type FilterArchitecture, type SeccompOptions, type Syscall } from '@karapace/sandbox-profile';

import { ACTIONS, assembleProgram, type Rule } from './seccomp-program.ts';

export interface FilterOptions extends SeccompOptions {
  readonly architecture: FilterArchitecture;
}

/** The filter that a command runs under, as bytes for `bwrap --seccomp`. */
export function seccompFilter({ architecture, ...options }: FilterOptions): Buffer {
  const rules = seccompRules(options).map(({ syscall, errno, tests }): Rule => ({
    syscall,
    action: ACTIONS.fail | errno,
    tests,
  }));
  return assembleProgram({ architecture, rules, otherwise: ACTIONS.allow });
}

/** What `bwrap` itself still calls once its filter is in force. */
const STARTING: readonly Syscall[] = ['close', 'execve', 'exit_group', 'prctl', 'wait4', 'write', 'writev'];

/** A filter under which a program can be started but can do nothing: to hear again, without effect, why starting failed. */
export function inertFilter(architecture: FilterArchitecture): Buffer {
  const rules = STARTING.map((syscall): Rule => ({ syscall, action: ACTIONS.allow }));
  return assembleProgram({ architecture, rules, otherwise: ACTIONS.kill });
}
