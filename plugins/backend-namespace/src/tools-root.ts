import type { SandboxMount, SandboxSpec } from '@karapace/core';

import type { HostFacts } from './host-facts.ts';
import { planNestedMountPoints } from './mount-points.ts';
import { networkFiles } from './network-files.ts';
import type { SetupStep } from './setup-step.ts';
import { WORKSPACE } from './workspace.ts';

/** Made up: the host's own accounts are nobody's business. */
const PASSWD = [
  'root:x:0:0:root:/root:/bin/sh',
  '_apt:x:42:65534::/nonexistent:/usr/sbin/nologin',
  'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  '',
].join('\n');
const GROUP = 'root:x:0:\nshadow:x:42:\nnogroup:x:65534:\n';
const NSSWITCH = 'passwd: files\ngroup: files\nhosts: files dns\n';

/** Directories that package tools expect to be there, empty. */
const EMPTY = [
  'apt/apt.conf.d',
  'apt/preferences.d',
  'apt/sources.list.d',
  'apt/trusted.gpg.d',
  'dpkg/dpkg.cfg.d',
  'ssl',
];
const ETC = `${WORKSPACE.runtime}/etc`;

/** The root is a tmpfs of bwrap; only `/etc` and mount points are prepared. */
export function toolsSteps(spec: SandboxSpec, mounts: readonly SandboxMount[]): readonly SetupStep[] {
  return [
    { kind: 'workspace', directories: [WORKSPACE.root, ...EMPTY.map((name) => `${ETC}/${name}`)] },
    { kind: 'file', path: `${ETC}/passwd`, content: PASSWD },
    { kind: 'file', path: `${ETC}/group`, content: GROUP },
    { kind: 'file', path: `${ETC}/nsswitch.conf`, content: NSSWITCH },
    ...networkFiles(spec, ETC),
    ...planNestedMountPoints(mounts),
  ];
}

/** The host's programs and what they need to start. */
export function toolsArguments({ network }: SandboxSpec, { programRoots }: HostFacts): readonly string[] {
  const programs = Object.entries(programRoots).flatMap(([name, link]) =>
    link === null ? ['--ro-bind', `/${name}`, `/${name}`] : ['--symlink', link, `/${name}`],
  );
  const shared = ['/etc/alternatives', '/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d'];
  if (network === 'host') shared.push('/etc/ssl/certs');
  return [
    ...['--perms', '0755', '--tmpfs', '/', '--ro-bind', '/usr', '/usr', ...programs],
    ...['--bind', ETC, '/etc', ...shared.flatMap((path) => ['--ro-bind-try', path, path])],
    ...['--perms', '0700', '--dir', '/root', '--perms', '1777', '--dir', '/var/tmp', '--dir', '/var/lib/dpkg'],
  ];
}
