import { WORKSPACE, type CommandStarter } from '@karapace/sandbox-profile';

import { bwrapStarter } from '../../plugins/backend-namespace/src/bwrap-starter.ts';
import type { NamespacePlan } from '../../plugins/backend-namespace/src/namespace-plan.ts';
import { seccompFilter } from '../../plugins/backend-namespace/src/seccomp-filter.ts';
import { weakenRoot, weakenStart } from './root-guards.ts';
import { namesOf, type Guards, type Outside, type Setup } from './setup.ts';

/** What starts the sandbox of a plan, whole but for some guards. Pure. */
export function weakenNamespace(plan: NamespacePlan, off: Guards, outside: Outside): Setup {
  const { architecture, rules } = plan.filter;
  const weak: NamespacePlan = {
    ...weakenRoot(plan, off),
    bwrap: weakenOptions(plan.bwrap, off, outside),
    capabilities: [...plan.capabilities, ...namesOf(off, 'capability')],
    filter: { architecture, rules: rules.filter(({ syscall }) => !off.has(`call ${syscall}`)) },
  };
  const starter = bwrapStarter(weak, seccompFilter(weak.filter));
  return { plan: weak, starter: weakenStarter(starter, off, outside), ...weakenStart(off, outside) };
}

type Options = readonly string[];

/** The options of `bwrap` that are a guard, and those that take their place, for each guard. */
function replacements({ directory }: Outside): Readonly<Record<string, readonly Replacement[]>> {
  return {
    'pid namespace': [swap('--unshare-pid'), swap('--proc /proc', '--bind /proc /proc')],
    'ipc namespace': [swap('--unshare-ipc')],
    'uts namespace': [swap('--unshare-uts'), swap('--hostname inside')],
    'cgroup namespace': [swap('--unshare-cgroup')],
    'network namespace': [swap('--unshare-net')],
    'own /dev': [swap('--dev /dev', `--dev-bind ${directory}/dev /dev`)],
    'own /dev/shm': [swap(`--bind ${WORKSPACE.sharedMemory} /dev/shm`, '--bind /dev/shm /dev/shm')],
    'own /sys': [swap('--perms 0755 --tmpfs /sys', `--bind ${directory}/sys /sys`)],
    'read-only /sys': [swap('--remount-ro /sys')],
    nodev: [swap(`--bind ${WORKSPACE.root} /`, `--dev-bind ${WORKSPACE.root} /`)],
    'empty environment': [swap('--clearenv')],
  };
}

type Replacement = readonly [from: Options, to: Options];

function swap(from: string, to = ''): Replacement {
  return [from.split(' '), to.split(' ').filter(Boolean)];
}

function weakenOptions(options: Options, off: Guards, outside: Outside): Options {
  const known = replacements(outside);
  const shown = [
    ...namesOf(off, 'hidden').map((file) => swap(`--ro-bind /dev/null ${file}`)),
    ...namesOf(off, 'read-only')
      .filter((place) => place !== '/sys')
      .map((place) => swap(`--ro-bind-try ${place} ${place}`)),
  ];
  const given = namesOf(off, 'capability').map((name) => `--cap-add CAP_${name.toUpperCase()}`);
  const all = [
    ...Object.entries(known).flatMap(([guard, pairs]) => (off.has(guard) ? pairs : [])),
    ...shown,
    swap('--chdir', [...given, '--chdir'].join(' ')),
  ];
  return all.reduce((kept, [from, to]) => replaceRun(kept, from, to), options);
}

/** @throws Error where the options have no such run: a guard that was not there cannot be switched off */
function replaceRun(options: Options, from: Options, to: Options): Options {
  const start = options.findIndex((_, index) => from.every((option, offset) => options[index + offset] === option));
  if (start === -1) throw new Error(`The plan has no guard \`${from.join(' ')}\``);
  return options.toSpliced(start, from.length, ...to);
}

/**
 * `bwrap` always asks for no new privileges, mounts all without setuid, and makes parts of `/proc` read only by itself: only a
 * lie keeps it from that.
 */
function weakenStarter(starter: CommandStarter, off: Guards, { directory, capabilities }: Outside): CommandStarter {
  const lies = [...off].filter(
    (guard) => guard === 'no new privileges' || guard === 'nosuid' || guard.startsWith('read-only '),
  );
  const lie = `env LD_PRELOAD=${directory}/lie-to-bwrap.so LIES='${lies.map((guard) => `${guard},`).join('')}' `;
  // Without new privileges forbidden, the kernel takes no filter from a process without capabilities.
  const isOpen = off.has('filter') || off.has('no new privileges');
  const command = isOpen ? `${starter.command.replace('--seccomp 5 ', '')} 5<&-` : starter.command;
  // In a user namespace `unshare` sees to it that `bwrap` has capabilities.
  const inherit = `setpriv --inh-caps ${capabilities.map((name) => `+${name}`).join(',')} `;
  return {
    ...starter,
    prepare: off.has('protected program') ? '' : starter.prepare,
    command: (lies.length === 0 ? '' : lie) + (off.has('user namespace') ? inherit : '') + command,
  };
}
