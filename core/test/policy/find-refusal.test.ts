import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { PolicyTable } from '../../src/contracts/policy.ts';
import { LIMIT_NAMES, NO_LIMITS } from '../../src/manifest/limit-names.ts';
import { findRefusal, isWithin, type PolicyWish } from '../../src/policy/find-refusal.ts';
import { narrowLimits } from '../../src/policy/narrow-limits.ts';
import { NOTHING, policyOf, wishFor } from './policies.ts';

const step = fc.constantFrom('a', 'b', 'ab', 'c d');
const directory = fc.array(step, { maxLength: 4 }).map((steps) => `/${steps.join('/')}`);
const variable = fc.constantFrom('A', 'AB', 'B', 'PATH');
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const most = maybe(fc.integer({ min: 64, max: 70 }));
const limits = { cpu_shares: most, memory_limit_mb: most, pids_limit: most };

const anyTable: fc.Arbitrary<PolicyTable> = fc.record({
  mounts: maybe(fc.array(directory, { maxLength: 3 })),
  devices: maybe(fc.subarray(['gpu', 'audio'] as const)),
  network_isolation: maybe(fc.boolean()),
  variables: maybe(fc.array(fc.oneof(variable, fc.constantFrom('A*', '_*')), { maxLength: 3 })),
  resource_limits: maybe(fc.record(limits)),
});

const anyWish: fc.Arbitrary<PolicyWish> = fc
  .record({
    hardware: fc.record({ gpu: fc.boolean(), audio: fc.boolean() }),
    env: fc.dictionary(variable, fc.constant('x'), { maxKeys: 2 }),
    isIsolated: fc.boolean(),
    asked: fc.record({ ...limits, best_effort: fc.boolean() }),
    mounts: fc.array(directory, { maxLength: 2 }),
    network: fc.boolean(),
  })
  .map(({ hardware, env, isIsolated, asked: { best_effort, ...asked }, mounts, network }) =>
    wishFor(
      {
        hardware,
        env,
        run: network ? [{ name: 'r', command: ['true'], network, after: [] }] : [],
        runtime: {
          backend: 'namespace',
          network_isolation: isIsolated,
          resource_limits: { ...NO_LIMITS, ...definite(asked), best_effort },
        },
      },
      mounts,
    ),
  );

function definite(asked: Readonly<Record<string, number | undefined>>) {
  return Object.fromEntries(Object.entries(asked).map(([name, limit]) => [name, limit ?? null]));
}

test('three policies together allow exactly what each of them allows', () => {
  fc.assert(
    fc.property(fc.tuple(anyTable, anyTable, anyTable), anyWish, ([system, user, project], wish) => {
      const all = [policyOf(system), policyOf(user, 'user'), policyOf(project, 'project')];
      const isAllowed = findRefusal(all, wish) === undefined;

      expect(isAllowed).toBe(all.every((policy) => findRefusal([policy], wish) === undefined));
    }),
    { numRuns: 1000 },
  );
});

test('one policy more never allows what was refused before', () => {
  fc.assert(
    fc.property(fc.array(anyTable, { maxLength: 2 }), anyTable, anyWish, (before, more, wish) => {
      const policies = before.map((table) => policyOf(table));
      fc.pre(findRefusal(policies, wish) !== undefined);

      expect(findRefusal([...policies, policyOf(more, 'project')], wish)).toBeDefined();
    }),
  );
});

test('a directory holds what is below it by whole names alone', () => {
  fc.assert(
    fc.property(directory, directory, step, (top, below, name) => {
      const inside = `${top === '/' ? '' : top}${below === '/' ? '' : below}` || '/';

      expect(isWithin(inside, top)).toBe(true);
      expect(isWithin(`${top}${name}`, top)).toBe(top === '/');
      expect(isWithin(top, inside)).toBe(inside === top);
    }),
  );
  expect(isWithin('/home/ab', '/home/a')).toBe(false);
  expect(isWithin('/home/a/b', '/home/a')).toBe(true);
});

describe('a refusal', () => {
  test.for<[PolicyTable, PolicyWish, string, string]>([
    [{ mounts: ['/a'] }, wishFor({}, ['/ab']), '`/ab` is in no directory of `policy.mounts`', 'mounts = ["/a", "/ab"]'],
    [
      { devices: ['audio'] },
      wishFor({ hardware: { gpu: true, audio: true } }),
      '`hardware.gpu` is not allowed',
      'devices = ["audio", "gpu"]',
    ],
    [{ variables: ['A*'] }, wishFor({ env: { AB: '', B: '' } }), 'The variable `B`', 'variables = ["A*", "B"]'],
    [
      { network_isolation: true },
      wishFor({ runtime: { ...NOTHING.intent.runtime, network_isolation: false } }),
      "The host's network",
      'network_isolation = true',
    ],
    [
      { network_isolation: true },
      wishFor({ run: [{ name: 'fetch', command: [], network: true, after: [] }] }),
      'the run `fetch`',
      'network = false',
    ],
    [
      { resource_limits: { pids_limit: 64 } },
      wishFor({ runtime: { ...NOTHING.intent.runtime, resource_limits: { ...NO_LIMITS, pids_limit: 65 } } }),
      '`pids_limit = 65`',
      'pids_limit = 64',
    ],
    [
      { resource_limits: { pids_limit: 64 } },
      wishFor({ runtime: { ...NOTHING.intent.runtime, resource_limits: { ...NO_LIMITS, best_effort: true } } }),
      '`best_effort` is not allowed',
      'best_effort = false',
    ],
  ])('of %j names what is refused, and the line that mends it', ([table, wish, message, line]) => {
    const refusal = findRefusal([policyOf(table)], wish);

    expect(refusal).toMatchObject({ origin: 'system', file: '/system.toml', line });
    expect(refusal?.message).toContain(message);
  });
});

test('a limit that nobody asks for is the smallest maximum, and one that is asked for stays', () => {
  fc.assert(
    fc.property(fc.array(anyTable, { maxLength: 3 }), fc.option(fc.integer({ min: 1, max: 100 })), (tables, asked) => {
      const policies = tables.map((table) => policyOf(table).policy);
      const narrowed = narrowLimits({ ...NO_LIMITS, cpu_shares: asked }, policies);

      expect(narrowed.cpu_shares).toBe(
        asked ?? smallest(policies.map(({ resource_limits }) => resource_limits.cpu_shares)),
      );
      for (const name of LIMIT_NAMES.slice(1)) {
        expect(narrowed[name]).toBe(smallest(policies.map(({ resource_limits }) => resource_limits[name])));
      }
    }),
  );
});

function smallest(maxima: readonly (number | null)[]): number | null {
  const set = maxima.filter((each) => each !== null);
  return set.length === 0 ? null : set.reduce((left, right) => Math.min(left, right));
}
