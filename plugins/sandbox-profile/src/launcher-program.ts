import { KarapaceError, LIMIT_NAMES, shellWord, type SandboxSpec } from '@karapace/core';

import type { CommandStarter } from './command-starter.ts';
import type { HostFacts } from './host-facts.ts';
import { CLOSE_LEAKED, FORWARD, SUPERVISE } from './launcher-functions.ts';
import { getTool, outerCommand, type JoinedNamespaces } from './namespace-command.ts';
import type { SandboxPlan } from './sandbox-plan.ts';
import { setupScript } from './setup-script.ts';
import { printTakeTerminal } from './terminal-owner.ts';

/** A plan, and what starts its command; it has no inputs, since nobody is there to write them. */
export interface LauncherPart {
  readonly plan: SandboxPlan;
  readonly starter: CommandStarter;
}

export interface LauncherParts {
  readonly alone: LauncherPart;
  /** For a session that is known only when the launcher runs. */
  readonly joining: LauncherPart;
}

/** Directories of `/proc` that stay those of the same process. */
const JOINED = { outermost: '/proc/self/fd/7', inside: '/proc/self/fd/8' };

/**
 * Prints what `Backend.launcher` promises. The starters find the directory, the kind of terminal and the number of the launcher,
 * which no other session has, in variables: `directory`, `term`, `launcher`.
 */
export function launcherProgram(spec: SandboxSpec, { alone, joining }: LauncherParts, facts: HostFacts): string {
  const { toolDirectories } = facts;
  const { idMap } = alone.plan;
  checkLimits(spec, alone.plan);
  const joined = { ...JOINED, hasNetwork: spec.network === 'none' };
  for (const tool of alone.starter.tools) getTool(tool, toolDirectories);
  return [
    CLOSE_LEAKED,
    `setup_alone=${shellWord(printSetup(alone, idMap === 'identity' ? AWAIT_IDENTITY : ''))}`,
    `setup_joining=${shellWord(printSetup(joining, ''))}`,
    printSandbox(alone.plan, joined, toolDirectories),
    `admit() { ${idMap === 'identity' ? ADMIT_IDENTITY : ':'}; }`,
    printTakeTerminal(toolDirectories),
    SUPERVISE,
    FORWARD.replace('@nsenter', getTool('nsenter', toolDirectories)),
  ].join('\n');
}

/** Groups are made, uppers measured, and limits that are not kept announced by the process that waits for a session. */
function checkLimits({ limits }: SandboxSpec, { limits: { groups, disk, missing } }: SandboxPlan): void {
  if (groups.length + missing.length === 0 && disk === null) return;
  const kept = LIMIT_NAMES.filter((name) => limits[name] !== null).map((name) => `\`${name}\``);
  throw new KarapaceError(
    'BACKEND_UNSUPPORTED',
    `A launcher cannot keep the limits of the manifest (${kept.join(', ')})`,
    {
      hint: 'Use `karapace enter` and `karapace exec`, or remove them from `[runtime.resource_limits]`.',
    },
  );
}

const ADMIT_IDENTITY = `for map in uid_map gid_map; do printf '0 0 65536\\n' >"/proc/$1/$map" || return; done`;
const AWAIT_IDENTITY = 'until IFS= read -r map </proc/self/uid_map && IFS= read -r map </proc/self/gid_map; do :; done';

function printSetup({ plan, starter }: LauncherPart, awaitIds: string): string {
  const prepare = ['exec 6<&- 7<&- 8<&-', starter.prepare].join('\n');
  const report = [starter.report, `printf '?ended %s\\n' "$code" >&2`].join('\n');
  return setupScript(plan, {
    session: 'none',
    held: 0,
    piped: { stdin: false, stdout: false, stderr: false },
    starter: { ...starter, prepare, report },
    admission: ['directory=$1 term=$2 launcher=$3', 'shift 3', awaitIds].join('\n'),
  });
}

/** In the background a shell ignores what Ctrl-C sends, and so would all of its children. */
function printSandbox({ idMap }: SandboxPlan, joined: JoinedNamespaces, directories: readonly string[]): string {
  const tool = (name: string) => getTool(name, directories);
  const clean = [tool('env'), '-i', '--default-signal=INT,QUIT', 'LC_ALL=C', `PATH=${directories.join(':')}`];
  const start = (command: readonly string[], setup: string) =>
    `exec ${clean.map(shellWord).join(' ')} $own_session ${command.map(shellWord).join(' ')} /bin/sh -c "$${setup}" karapace "$directory" "$term" "$$" "$@"`;
  return `sandbox() {
  cd /
  own_session=''
  if [ -z "$from_terminal" ] && has_terminal; then own_session=${shellWord(tool('setsid'))}; fi
  if [ -z "$joins" ]; then
    ${start(outerCommand(idMap, null, directories), 'setup_alone')}
  fi
  exec 7<"/proc/$joins"
  find_inside "$joins" || exit 125
  exec 8<"/proc/$inside"
  is_joinable || exit 125
  ${start(outerCommand(idMap, joined, directories), 'setup_joining')}
}`;
}
