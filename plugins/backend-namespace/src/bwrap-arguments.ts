import type { SandboxMount, SandboxSpec } from '@karapace/core';

import type { HostFacts } from './host-facts.ts';
import { CAPABILITIES } from './capabilities.ts';
import { toolsArguments } from './tools-root.ts';
import { WORKSPACE } from './workspace.ts';

/** The options of `bwrap`, in the order in which it works them off. Pure. */
export function bwrapArguments(spec: SandboxSpec, facts: HostFacts): readonly string[] {
  const isTools = spec.root.kind === 'tools';
  return [
    ...namespaceArguments(spec),
    ...(isTools ? toolsArguments(spec, facts) : ['--bind', WORKSPACE.root, '/']),
    ...systemArguments(facts),
    ...spec.mounts.flatMap(mountArguments),
    ...(spec.root.kind === 'layers' && spec.root.upper.kind === 'read-only' ? ['--remount-ro', '/'] : []),
    ...capabilityArguments(isTools),
    ...['--chdir', spec.workingDirectory, '--clearenv'],
    ...Object.entries(spec.environment).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
}

function namespaceArguments({ hostname, network }: SandboxSpec): readonly string[] {
  const own = ['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--hostname', hostname];
  return [...own, ...(network === 'none' ? ['--unshare-net'] : []), '--die-with-parent'];
}

/** What runtimes read of `/sys` to learn how many processors and how much memory there is; nothing else is shown. */
const VISIBLE_SYS = ['/sys/devices/system/cpu', '/sys/devices/system/node'];

/** Root's own id owns these, and the kernel asks for no more than that before it lets somebody write there. */
const READ_ONLY_PROC = ['acpi', 'asound', 'bus', 'driver', 'fs', 'irq', 'mtrr', 'scsi', 'sys'].map(
  (name) => `/proc/${name}`,
);

function systemArguments({ machineFiles }: HostFacts): readonly string[] {
  return [
    ...['--dev', '/dev', '--perms', '1777', '--tmpfs', '/dev/shm'],
    ...['--proc', '/proc', ...READ_ONLY_PROC.flatMap((path) => ['--ro-bind-try', path, path])],
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
    ...['--perms', '1777', '--tmpfs', '/tmp', '--perms', '0755', '--tmpfs', '/run'],
  ];
}

function mountArguments({ source, target, readOnly }: SandboxMount): readonly string[] {
  return [readOnly ? '--ro-bind' : '--bind', source, target];
}

function capabilityArguments(isTools: boolean): readonly string[] {
  if (isTools) return ['--cap-add', 'ALL'];
  return ['--cap-drop', 'ALL', ...CAPABILITIES.flatMap((name) => ['--cap-add', `CAP_${name.toUpperCase()}`])];
}
