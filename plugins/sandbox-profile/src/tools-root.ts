import type { SandboxMount, SandboxSpec } from '@karapace/core';

import { planNestedMountPoints } from './mount-points.ts';
import { networkFiles } from './network-files.ts';
import { pinnedSources } from './pinned-sources.ts';
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
export const TOOLS_ETC = `${WORKSPACE.runtime}/etc`;

/** Files of the host's `/etc` that its programs need to start. */
export function toolsFiles({ network }: Pick<SandboxSpec, 'network'>): readonly string[] {
  const shared = ['/etc/alternatives', '/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d'];
  return network === 'host' ? [...shared, '/etc/ssl/certs'] : shared;
}

/** Only `/etc` and mount points are prepared; the rest of the root is the backend's. */
export function toolsSteps(spec: SandboxSpec, mounts: readonly SandboxMount[]): readonly SetupStep[] {
  return [
    {
      kind: 'workspace',
      mebibytes: null,
      sources: pinnedSources(mounts),
      directories: [WORKSPACE.root, WORKSPACE.sources, ...EMPTY.map((name) => `${TOOLS_ETC}/${name}`)],
    },
    { kind: 'file', path: `${TOOLS_ETC}/passwd`, content: PASSWD },
    { kind: 'file', path: `${TOOLS_ETC}/group`, content: GROUP },
    { kind: 'file', path: `${TOOLS_ETC}/nsswitch.conf`, content: NSSWITCH },
    ...networkFiles(spec, TOOLS_ETC),
    ...planNestedMountPoints(mounts),
  ];
}
