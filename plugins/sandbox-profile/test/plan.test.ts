import { sampleSpec } from '@karapace/core/testing';
import type { SandboxSpec } from '@karapace/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { HostFacts } from '../src/host-facts.ts';
import { parseIdRange } from '../src/id-range.ts';
import { findDenial } from '../src/namespace-denial.ts';
import { overlayNames } from '../src/overlay-names.ts';
import { planSandbox } from '../src/sandbox-plan.ts';
import { parseSetupStatus } from '../src/setup-status.ts';

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

function plan(changes: Partial<SandboxSpec> = {}, facts: Partial<HostFacts> = {}) {
  return planSandbox(sampleSpec('/store/layer', 'full', changes), { ...FACTS, ...facts });
}

test.for(['/', '/proc', '/proc/1', '/dev/x', '/sys', '/run', '/tmp', 'data', '/a/../b', '/a/./b', '/a//b', '/a/', ''])(
  'nothing is mounted at `%s`',
  (target) => {
    expect(() => plan({ mounts: [{ source: '/p', target, readOnly: true }] })).toThrow(
      expect.objectContaining({ code: 'SANDBOX_FAILED' }) as Error,
    );
  },
);

test('full ids without a range are refused', () => {
  expect(() => plan({}, { fullIds: null })).toThrow(expect.objectContaining({ code: 'NAMESPACE_DENIED' }) as Error);
  expect(plan({ ids: 'single' }, { fullIds: null }).idMap).toBe('single');
});

test('layers have short names that lead to them, whatever they are called', () => {
  const path = fc
    .array(fc.stringMatching(/^[a-z:,"\\ ]{1,9}$/u), { minLength: 1, maxLength: 4 })
    .map((parts) => `/store/${parts.join('/')}`);
  fc.assert(
    fc.property(fc.array(path, { minLength: 1, maxLength: 5 }), (paths) => {
      const { directory, links, names } = overlayNames(paths, '/links');
      for (const original of paths) {
        const name = names.get(original) ?? '';
        const reached = `${directory}/${name}`;
        expect(name).toMatch(/^[\w@%+=/.-]+$/u);
        expect(links.find(([, link]) => link === reached)?.[0] ?? reached).toBe(original);
      }
    }),
  );
});

test('more layers than a page of options can name are linked', () => {
  const paths = Array.from({ length: 60 }, (_, index) => `/store/${String(index).padStart(64, '0')}`);
  const { names } = overlayNames(paths, '/links');

  expect([...names.values()].join(':').length).toBeLessThan(300);
});

test("a range belongs to a user by name or by number, and must hold a tree's ids", () => {
  const text = 'other:100000:65536\nkim:200000:65536\n1005:300000:65536\nshort:1:1000\n';

  expect(parseIdRange(text, { uid: 7, name: 'kim' })).toEqual({ first: 200_000, count: 65_536 });
  expect(parseIdRange(text, { uid: 1005, name: undefined })).toEqual({ first: 300_000, count: 65_536 });
  expect(parseIdRange(text, { uid: 8, name: 'short' })).toBeUndefined();
  expect(parseIdRange(text, { uid: 9, name: 'nobody' })).toBeUndefined();
});

test.for([
  ['user.max_user_namespaces', 0],
  ['kernel.unprivileged_userns_clone', 0],
] as const)('`%s = %i` is named as what denies user namespaces, with the way out', ([name, value]) => {
  const denial = findDenial((asked) => (asked === name ? value : undefined));

  expect(denial?.reason).toBe(`\`${name}\` is ${value}`);
  expect(denial?.fix?.commands?.[0]?.slice(0, 2)).toEqual(['sysctl', '-w']);
  expect(findDenial((asked) => (asked === name ? 1 - value : undefined))).toBeUndefined();
});

test('an unfinished line of status is not read yet', () => {
  expect(parseSetupStatus('?ready\n{ "exit-code": 1')).toMatchObject({ isReady: true, exitCode: null });
  expect(parseSetupStatus('{ "child-pid": 5 }\n{ "exit-code": 12 }\n')).toMatchObject({ hasChild: true, exitCode: 12 });
  expect(parseSetupStatus('!3 link /sys/kernel/root/a b\n').failure).toEqual({
    step: 3,
    kind: 'link',
    detail: '/sys/kernel/root/a b',
  });
});
