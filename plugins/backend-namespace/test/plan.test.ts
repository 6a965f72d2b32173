import { sampleSpec } from '@karapace/core/testing';
import { NO_LIMITS, type SandboxSpec } from '@karapace/core';
import type { HostFacts } from '@karapace/sandbox-profile';
import { expect, test } from 'vitest';

import { describePlan } from '../src/describe-plan.ts';
import { planNamespace } from '../src/namespace-plan.ts';

const FACTS: HostFacts = {
  fullIds: { kind: 'identity' },
  architecture: 'x86_64',
  toolDirectories: ['/usr/bin'],
  programRoots: { bin: 'usr/bin', lib: null },
  isRoot: false,
  readOnlyProc: ['/proc/sys'],
  machineFiles: ['/proc/kcore'],
  hasPerl: true,
  countsProcesses: false,
  openFiles: { soft: 1_048_576, hard: 1_048_576 },
  findPlaces: (wanted) => ({
    places: [],
    obstacles: wanted.map((controller) => ({ controller, reason: 'why', wayOut: 'How' })),
  }),
};

function plan(changes: Partial<SandboxSpec> = {}) {
  return planNamespace(sampleSpec('/store/layer', 'full', changes), FACTS);
}

test('a plan names everything that is done and no value of a variable', () => {
  const lines = describePlan(
    plan({ environment: { TOKEN: 'secret' }, mounts: [{ source: '/p', target: '/data', readOnly: true }] }),
  );

  expect(lines).toEqual(expect.arrayContaining(['bwrap --ro-bind /p /data', 'bwrap --setenv TOKEN', 'run ["true"]']));
  expect(lines.join('\n')).not.toContain('secret');
});

test('a network of its own is taken away only where the spec says so', () => {
  expect(plan().bwrap).toContain('--unshare-net');
  expect(plan({ network: 'host' }).bwrap).not.toContain('--unshare-net');
});

test('tools see programs and a made-up `/etc`, and nothing else of the host', () => {
  const { bwrap } = plan({ root: { kind: 'tools' } });
  const sources = bwrap.flatMap((option, index) =>
    /^--(?:ro-)?bind(?:-try)?$/u.test(option) ? [bwrap[index + 1]] : [],
  );

  expect(sources.filter((source) => !source?.startsWith('/proc/') && !source?.startsWith('/sys/'))).toEqual([
    ...['/usr', '/lib', '/etc/alternatives', '/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/dev/null'],
  ]);
});

test('a variable whose name or value looks like an option stays a variable', () => {
  const { bwrap } = plan({ environment: { '--bind': '--dev-bind' } });

  expect(bwrap.slice(-3)).toEqual(['--setenv', '--bind', '--dev-bind']);
});

test('a limit that cannot be kept is refused by name, with the reason', () => {
  const limits = { ...NO_LIMITS, memory_limit_mb: 512 };

  expect(() => plan({ limits })).toThrow(/`memory_limit_mb = 512` cannot be enforced: why/u);
});
