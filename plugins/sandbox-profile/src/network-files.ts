import type { SandboxSpec } from '@karapace/core';

import type { SetupStep } from './setup-step.ts';

/** The files of `/etc` that belong to the machine and not to its image. */
export function networkFiles({ hostname, network }: SandboxSpec, etc: string): readonly SetupStep[] {
  const hosts = `127.0.0.1 localhost\n::1 localhost ip6-localhost\n127.0.1.1 ${hostname}\n`;
  return [
    { kind: 'file', path: `${etc}/hostname`, content: `${hostname}\n` },
    { kind: 'file', path: `${etc}/hosts`, content: hosts },
    { kind: 'file', path: `${etc}/resolv.conf`, content: '' },
    ...(network === 'host' ? [{ kind: 'copy', from: '/etc/resolv.conf', path: `${etc}/resolv.conf` } as const] : []),
  ];
}
