import type { SandboxMount, SandboxSpec } from '@karapace/core';
import {
  CAPABILITIES,
  isInner,
  READ_ONLY_PROC,
  TOOLS_CAPABILITIES,
  VISIBLE_SYS,
  WORKSPACE,
  type HostFacts,
} from '@karapace/sandbox-profile';

import { toolsArguments } from './tools-arguments.ts';

/** The options of `bwrap`, in the order in which it works them off. Pure. */
export function bwrapArguments(spec: SandboxSpec, facts: HostFacts, isJoining: boolean): readonly string[] {
  const isTools = spec.root.kind === 'tools';
  return [
    ...namespaceArguments(spec, isJoining, isInner(spec, facts)),
    ...(isTools ? toolsArguments(spec, facts) : ['--bind', WORKSPACE.root, '/']),
    ...systemArguments(facts, isInner(spec, facts)),
    ...(isTools ? TOOLS_PLACES : SHARED_PLACES),
    ...spec.mounts.flatMap(mountArguments),
    ...(spec.root.kind === 'layers' && spec.root.upper.kind === 'read-only' ? ['--remount-ro', '/'] : []),
    ...capabilityArguments(isTools),
    ...['--chdir', spec.workingDirectory, '--clearenv'],
    ...Object.entries(spec.environment).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
}

/** Who joins is in the network and the ipc namespace of the first already. */
function namespaceArguments(
  { hostname, network }: SandboxSpec,
  isJoining: boolean,
  hasGroups: boolean,
): readonly string[] {
  const groups = hasGroups ? [] : ['--unshare-cgroup'];
  const own = ['--unshare-pid', '--unshare-uts', ...groups, '--hostname', hostname];
  const common = ['--unshare-ipc', ...(network === 'none' ? ['--unshare-net'] : [])];
  return [...own, ...(isJoining ? [] : common), '--die-with-parent'];
}

const TOOLS_PLACES = [
  ...['--perms', '1777', '--tmpfs', '/dev/shm', '--perms', '1777', '--tmpfs', '/tmp'],
  ...['--perms', '0755', '--tmpfs', '/run'],
];
/** `/tmp` and `/run` come with the root. */
const SHARED_PLACES = ['--bind', WORKSPACE.sharedMemory, '/dev/shm'];

/** Below a namespace where they are covered, the files of the kernel are those of the namespace above. */
function systemArguments({ machineFiles }: HostFacts, isBelow: boolean): readonly string[] {
  return [
    ...[
      '--dev',
      '/dev',
      ...(isBelow ? ['--bind', '/proc', '/proc'] : ['--proc', '/proc']),
      ...READ_ONLY_PROC.flatMap((path) => ['--ro-bind-try', path, path]),
    ],
    ...machineFiles.flatMap((file) => ['--ro-bind', '/dev/null', file]),
    ...[
      '--perms',
      '0755',
      '--tmpfs',
      '/sys',
      ...VISIBLE_SYS.flatMap((path) => ['--ro-bind-try', path, path]),
      '--remount-ro',
      '/sys',
    ],
  ];
}

function mountArguments({ source, target, readOnly }: SandboxMount): readonly string[] {
  return [readOnly ? '--ro-bind' : '--bind', source, target];
}

function capabilityArguments(isTools: boolean): readonly string[] {
  const names = isTools ? TOOLS_CAPABILITIES : CAPABILITIES;
  return ['--cap-drop', 'ALL', ...names.flatMap((name) => ['--cap-add', `CAP_${name.toUpperCase()}`])];
}
