import { KarapaceError } from '@karapace/core';

import type { CommandStarter } from './command-starter.ts';
import { findTool } from './host-facts.ts';
import { findLeakedDescriptors } from './leaked-descriptors.ts';
import type { JoinPoint } from './join-point.ts';
import type { IdMap, SandboxPlan } from './sandbox-plan.ts';

/** Maps of `unshare`; for `identity` this process writes the map, because `unshare` would ask `newuidmap`, which refuses root. */
const ID_OPTIONS: Readonly<Record<IdMap, readonly string[]>> = {
  identity: ['--user'],
  range: ['--user', '--map-root-user', '--map-auto'],
  single: ['--user', '--map-root-user'],
};

/** The Debian package of each tool that a backend may need. */
export const TOOL_PACKAGES: Readonly<Record<string, string>> = {
  bwrap: 'bubblewrap',
  crun: 'crun',
  env: 'coreutils',
  du: 'coreutils',
  mount: 'mount',
  newgidmap: 'uidmap',
  newuidmap: 'uidmap',
  nsenter: 'util-linux',
  prlimit: 'util-linux',
  runc: 'runc',
  setpriv: 'util-linux',
  'tini-static': 'tini',
  setsid: 'util-linux',
  umount: 'mount',
  unshare: 'util-linux',
};

/**
 * The command that runs a shell program as the first process of new user, mount and pid namespaces.
 *
 * Everything hangs on this process: it dies with its parent (`--pdeathsig`), what is in the namespaces dies with it
 * (`--kill-child`). As first processes of pid namespaces the shell and then `bwrap` do not die of a terminal's Ctrl-C,
 * which is the command's alone.
 */
export function namespaceCommand(
  { idMap, join, tools }: Pick<SandboxPlan, 'idMap' | 'join'> & Pick<CommandStarter, 'tools'>,
  script: string,
  directories: readonly string[],
): readonly string[] {
  for (const tool of tools) getTool(tool, directories);
  return [...outerCommand(idMap, namespacesOf(join), directories), ...shellCommand(script)];
}

/** Where the namespaces of a session are that is joined: directories like `/proc/<pid>`. */
export interface JoinedNamespaces {
  readonly outermost: string;
  readonly inside: string;
  readonly hasNetwork: boolean;
}

function namespacesOf(join: JoinPoint | null): JoinedNamespaces | null {
  if (join === null) return null;
  const { outermost, inside, hasNetwork } = join;
  return { outermost: `/proc/${outermost.pid}`, inside: `/proc/${inside.pid}`, hasNetwork };
}

/** What `namespaceCommand` begins with, up to the shell. */
export function outerCommand(
  idMap: IdMap,
  join: JoinedNamespaces | null,
  directories: readonly string[],
): readonly string[] {
  if (join !== null) return joinCommand(join, directories);
  for (const tool of idMap === 'range' ? ['newuidmap', 'newgidmap'] : []) getTool(tool, directories);
  return [
    ...[getTool('setpriv', directories), '--pdeathsig', 'KILL', '--'],
    // The capabilities stay inheritable, so that the bounding set can be limited before bwrap, which needs them, starts.
    ...[
      getTool('unshare', directories),
      ...ID_OPTIONS[idMap],
      '--keep-caps',
      '--mount',
      '--pid',
      '--mount-proc',
      '--fork',
      '--kill-child',
      '--',
    ],
  ];
}

/**
 * As `namespaceCommand`, in the namespaces of a session that lives: with a mount namespace of its own, so that the root
 * stays mounted until the last session has ended, and a pid namespace of its own, which ends with this session.
 */
function joinCommand(
  { outermost, inside, hasNetwork }: JoinedNamespaces,
  directories: readonly string[],
): readonly string[] {
  const setpriv = getTool('setpriv', directories);
  return [
    ...[setpriv, '--pdeathsig', 'KILL', '--'],
    ...[getTool('nsenter', directories), `--user=${outermost}/ns/user`, '--preserve-credentials'],
    ...[
      `--mount=${outermost}/ns/mnt`,
      `--ipc=${inside}/ns/ipc`,
      ...(hasNetwork ? [`--net=${inside}/ns/net`] : []),
      '--',
    ],
    // Entering a user namespace may end both what was asked of the kernel for this process and what can be inherited.
    ...[setpriv, '--pdeathsig', 'KILL', '--inh-caps', '+all', '--'],
    ...[getTool('unshare', directories), '--mount', '--pid', '--mount-proc', '--fork', '--kill-child', '--'],
  ];
}

/** `/bin/sh` closes descriptors of one digit only; those that somebody left open in this process may have more. */
function shellCommand(script: string): readonly string[] {
  const shell = ['/bin/sh', '-c', script, 'karapace'];
  const leaked = findLeakedDescriptors();
  if (leaked.length === 0) return shell;
  return [
    '/bin/bash',
    // With a socket as its stdin it takes itself for a remote shell, which reads its user's settings.
    '--norc',
    '-c',
    `exec ${leaked.map((descriptor) => `${descriptor}>&-`).join(' ')}; exec "$@"`,
    'karapace',
    ...shell,
  ];
}

/** The command line that runs a host program with these ids as its own. */
export function wrapInIds(idMap: IdMap, command: readonly string[], directories: readonly string[]): readonly string[] {
  if (idMap === 'identity') return command;
  return [getTool('unshare', directories), ...ID_OPTIONS[idMap], '--', ...command];
}

/** @throws KarapaceError `TOOL_MISSING` */
export function getTool(name: string, directories: readonly string[]): string {
  const tool = findTool(name, directories);
  if (tool !== undefined) return tool;
  throw toolMissing(name);
}

export function toolMissing(name: string): KarapaceError {
  return new KarapaceError('TOOL_MISSING', `The program \`${name}\` is not installed`, {
    hint: `Run \`karapace doctor --fix\`, which installs \`${TOOL_PACKAGES[name] ?? name}\`.`,
  });
}
