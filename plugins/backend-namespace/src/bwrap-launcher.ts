import { shellWord, type SandboxSpec } from '@karapace/core';
import {
  printLauncher,
  WORKSPACE,
  type CommandStarter,
  type HostFacts,
  type JoinPoint,
} from '@karapace/sandbox-profile';

import { bwrapStarter } from './bwrap-starter.ts';
import { planNamespace, type NamespacePlan } from './namespace-plan.ts';
import { seccompFilter } from './seccomp-filter.ts';

/** Sessions that join share the workspace, and `bwrap` reads when the next one may be written already: each has its own. */
const OPTIONS = `${WORKSPACE.directory}/bwrap-options-$launcher`;
const FILTER = `${WORKSPACE.directory}/bwrap-filter-$launcher`;
/** Who is joined is known only when the launcher runs. */
const SOMEBODY = { pid: 0, start_time: '' };

/** Prints what `Backend.launcher` promises. */
export function bwrapLauncher(spec: SandboxSpec, facts: HostFacts): Promise<string> {
  const join: JoinPoint = { outermost: SOMEBODY, inside: SOMEBODY, hasNetwork: spec.network === 'none' };
  const partOf = (plan: NamespacePlan) => ({ plan, starter: withFiles(plan) });
  const parts = { alone: partOf(planNamespace(spec, facts)), joining: partOf(planNamespace(spec, facts, join)) };
  return printLauncher(spec, parts, facts);
}

/** What Node hands over on descriptors 4 and 5, `bwrap` reads here from files of the session's own workspace. */
function withFiles(plan: NamespacePlan): CommandStarter {
  const filter = seccompFilter(plan.filter);
  const { command, ...starter } = bwrapStarter(plan, filter);
  const options = withoutDirectory(plan.bwrap).map(shellWord).join(' ');
  return {
    ...starter,
    inputs: [],
    prepare: [
      starter.prepare,
      `printf '%s\\0' ${options} --chdir "$directory" --setenv TERM "$term" >${OPTIONS} || fail 0 file ${OPTIONS}`,
      `printf ${shellWord(octal(filter))} >${FILTER} || fail 0 file ${FILTER}`,
    ].join('\n'),
    command: `${command} 4<${OPTIONS} 5<${FILTER}`,
    report: `rm -f ${OPTIONS} ${FILTER}`,
  };
}

/** `bwrap` warns of a second one. */
function withoutDirectory(options: readonly string[]): readonly string[] {
  return options.filter((option, index) => option !== '--chdir' && options[index - 1] !== '--chdir');
}

function octal(bytes: Buffer): string {
  return Array.from(bytes, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
