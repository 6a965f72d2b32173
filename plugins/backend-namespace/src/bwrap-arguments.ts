import type { SandboxMount, SandboxSpec } from '@karapace/core';
import { CAPABILITIES, READ_ONLY_PROC, VISIBLE_SYS, WORKSPACE, type HostFacts } from '@karapace/sandbox-profile';

import { toolsArguments } from './tools-arguments.ts';

/** The options of `bwrap`, in the order in which it works them off. Pure. */
export function bwrapArguments(spec: SandboxSpec, facts: HostFacts, isJoining: boolean): readonly string[] {
  const isTools = spec.root.kind === 'tools';
  return [
    ...namespaceArguments(spec, isJoining),
    ...(isTools ? toolsArguments(spec, facts) : ['--bind', WORKSPACE.root, '/']),
    ...systemArguments(facts),
    ...(isTools ? TOOLS_PLACES : SHARED_PLACES),
    ...spec.mounts.flatMap(mountArguments),
    ...(spec.root.kind === 'layers' && spec.root.upper.kind === 'read-only' ? ['--remount-ro', '/'] : []),
    ...capabilityArguments(isTools),
    ...['--chdir', spec.workingDirectory, '--clearenv'],
    ...Object.entries(spec.environment).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
}

/** Who joins is in the network and the ipc namespace of the first already. */
function namespaceArguments({ hostname, network }: SandboxSpec, isJoining: boolean): readonly string[] {
  const own = ['--unshare-pid', '--unshare-uts', '--unshare-cgroup', '--hostname', hostname];
  const common = ['--unshare-ipc', ...(network === 'none' ? ['--unshare-net'] : [])];
  return [...own, ...(isJoining ? [] : common), '--die-with-parent'];
}

const TOOLS_PLACES = [
  ...['--perms', '1777', '--tmpfs', '/dev/shm', '--perms', '1777', '--tmpfs', '/tmp'],
  ...['--perms', '0755', '--tmpfs', '/run'],
];
/** `/tmp` and `/run` come with the root. */
const SHARED_PLACES = ['--bind', WORKSPACE.sharedMemory, '/dev/shm'];

function systemArguments({ machineFiles }: HostFacts): readonly string[] {
  return [
    ...['--dev', '/dev', '--proc', '/proc', ...READ_ONLY_PROC.flatMap((path) => ['--ro-bind-try', path, path])],
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
  if (isTools) return ['--cap-add', 'ALL'];
  return ['--cap-drop', 'ALL', ...CAPABILITIES.flatMap((name) => ['--cap-add', `CAP_${name.toUpperCase()}`])];
}
