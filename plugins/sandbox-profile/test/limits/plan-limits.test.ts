import { sampleSpec } from '@karapace/core/testing';
import { NO_LIMITS, type SandboxLimits } from '@karapace/core';
import { expect, test } from 'vitest';

import { parseOpenFiles } from '../../src/host-facts.ts';
import { findPlaces, type GroupState } from '../../src/limits/group-place.ts';
import { parseHierarchies } from '../../src/limits/hierarchies.ts';
import { enforcedLimits, planLimits, type LimitFacts } from '../../src/limits/plan-limits.ts';
import type { IdMap } from '../../src/sandbox-plan.ts';

const UNIFIED = '28 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n';
const HYBRID = [
  '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct',
  '34 31 0:31 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory',
  '39 31 0:36 /docker/abc /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids',
  '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw',
  '42 31 0:39 / /proc rw - proc proc rw',
].join('\n');
const HYBRID_GROUPS = '8:pids:/docker/abc/x\n4:memory:/a:b\n3:cpu,cpuacct:/\n0::/\n';

const NOTHING: GroupState = { isWritable: false, hasProcesses: false, controllers: [], passedOn: [] };
const ALL = ['cpu', 'memory', 'pids'];

function unified(own: string, states: Readonly<Record<string, Partial<GroupState>>>, wanted = ['memory', 'pids']) {
  const read = (directory: string) => ({ ...NOTHING, ...states[directory.replace('/sys/fs/cgroup', '') || '/'] });
  return findPlaces(wanted as ('memory' | 'pids' | 'cpu')[], parseHierarchies(UNIFIED, `0::${own}\n`), read);
}

test('the groups of a process are found in all hierarchies, as far as their mounts show them', () => {
  expect(parseHierarchies(HYBRID, HYBRID_GROUPS)).toEqual([
    {
      version: 1,
      controllers: ['cpu', 'cpuacct'],
      mount: '/sys/fs/cgroup/cpu,cpuacct',
      own: '/sys/fs/cgroup/cpu,cpuacct',
    },
    { version: 1, controllers: ['memory'], mount: '/sys/fs/cgroup/memory', own: '/sys/fs/cgroup/memory/a:b' },
    { version: 1, controllers: ['pids'], mount: '/sys/fs/cgroup/pids', own: '/sys/fs/cgroup/pids/x' },
    { version: 2, controllers: [], mount: '/sys/fs/cgroup/unified', own: '/sys/fs/cgroup/unified' },
  ]);
  expect(parseHierarchies(UNIFIED, '0::/../other\n')[0]?.own).toBeNull();
  expect(parseHierarchies(HYBRID, '8:pids:/elsewhere\n')[0]?.own).toBeNull();
});

test('in a user session of systemd, the nearest slice that passes the controllers on takes the group', () => {
  const slice = '/user.slice/user-1000.slice/user@1000.service/app.slice';
  const states = {
    [`${slice}/run-1.scope`]: { isWritable: true, hasProcesses: true, controllers: ALL },
    [slice]: { isWritable: true, controllers: ALL, passedOn: ['memory', 'pids'] },
  };

  expect(unified(`${slice}/run-1.scope`, states).places).toEqual([
    { version: 2, parent: `/sys/fs/cgroup${slice}`, controllers: ['memory', 'pids'], enable: [] },
  ]);
  expect(unified(`${slice}/run-1.scope`, states, ALL).places[0]?.enable).toEqual(['cpu']);
});

test.for([
  [
    'a login that was not delegated',
    '/user.slice/session-3.scope',
    {},
    /may not make control groups in `.*session-3\.scope`/u,
    /`systemd-run --user --scope.*`loginctl enable-linger`/u,
  ],
  [
    'a container whose processes are in the root that it sees',
    '/',
    { '/': { isWritable: true, hasProcesses: true, controllers: ALL } },
    /processes are in the control group `\/sys\/fs\/cgroup` itself/u,
    /`systemd-run --user --scope/u,
  ],
  [
    'a group without the controller',
    '/',
    { '/': { isWritable: true, controllers: ['cpu'] } },
    /`\/sys\/fs\/cgroup` has no controller `memory`/u,
    /`Delegate=cpu memory pids`/u,
  ],
  ['a group that is not seen', '/../x', {}, /outside of what this process sees/u, /^Give the container/u],
] as const)('%s is a reason, and has a way out', ([, own, states, reason, wayOut]) => {
  const { places, obstacles } = unified(own, states);

  expect(places).toEqual([]);
  expect(obstacles.map(({ controller }) => controller)).toEqual(['memory', 'pids']);
  expect(obstacles[0]?.reason).toMatch(reason);
  expect(obstacles[0]?.wayOut).toMatch(wayOut);
});

test('of version 1 users have no part, and are told what helps', () => {
  const { obstacles } = findPlaces(['pids'], parseHierarchies(HYBRID, HYBRID_GROUPS), () => NOTHING);

  expect(obstacles).toEqual([
    {
      controller: 'pids',
      reason: 'this user may not make control groups in `/sys/fs/cgroup/pids/x`',
      wayOut: expect.stringContaining('systemd.unified_cgroup_hierarchy=1') as string,
    },
  ]);
});

test('without any control groups that is the reason', () => {
  expect(findPlaces(['pids'], [], () => NOTHING).obstacles).toMatchObject([
    { controller: 'pids', reason: 'no control groups are mounted that can' },
  ]);
});

test('root of a hybrid machine has a group in each hierarchy', () => {
  const writable = () => ({ ...NOTHING, isWritable: true });
  const { places } = findPlaces(['cpu', 'memory', 'pids'], parseHierarchies(HYBRID, HYBRID_GROUPS), writable);

  expect(places.map(({ parent, controllers }) => [parent.slice(15), controllers])).toEqual([
    ['cpu,cpuacct', ['cpu']],
    ['memory/a:b', ['memory']],
    ['pids/x', ['pids']],
  ]);
});

const NOBODY = { countsProcesses: true, findPlaces: () => ({ places: [], obstacles: [] }) };
const OPEN_FILES = parseOpenFiles('Max open files            1024                 unlimited            files     \n');

const HINDRANCE = { reason: 'of a reason', wayOut: 'Do something' };

function limits(
  asked: Partial<SandboxLimits>,
  options: { version?: 1 | 2; can?: boolean; idMap?: IdMap; counts?: boolean } = {},
) {
  const { version = 2, can = true, idMap = 'range', counts = true } = options;
  const facts: LimitFacts = {
    openFiles: OPEN_FILES,
    countsProcesses: counts,
    findPlaces: (controllers) =>
      can
        ? { places: [{ version, parent: '/g', controllers, enable: [] }], obstacles: [] }
        : { places: [], obstacles: controllers.map((controller) => ({ controller, ...HINDRANCE })) },
  };
  const spec = sampleSpec('/layer', 'full', { limits: { ...NO_LIMITS, ...asked } });
  return { plan: () => planLimits(spec, idMap, facts), enforced: enforcedLimits(idMap, facts) };
}

test.for([
  [1, ['cpu.shares 512', 'memory.limit_in_bytes 67108864', 'memory.memsw.limit_in_bytes 67108864', 'pids.max 99']],
  [2, ['cpu.weight 50', 'memory.max 67108864', 'memory.swap.max 0', 'pids.max 99']],
] as const)('limits are written as version %s of control groups has them', ([version, lines]) => {
  const { groups } = limits({ cpu_shares: 512, memory_limit_mb: 64, pids_limit: 99 }, { version }).plan();

  expect(groups.flatMap(({ settings }) => settings.map(({ file, value }) => `${file} ${value}`))).toEqual(lines);
});

test.for([
  [2, '1'],
  [1024, '100'],
  [262_144, '10000'],
] as const)('%s shares are the weight %s', ([cpu_shares, weight]) => {
  expect(limits({ cpu_shares }).plan().groups[0]?.settings).toEqual([{ file: 'cpu.weight', value: weight }]);
});

test('where nothing is limited, nobody looks at control groups', () => {
  const facts: LimitFacts = {
    openFiles: OPEN_FILES,
    countsProcesses: true,
    findPlaces: () => {
      throw new Error('looked');
    },
  };

  expect(planLimits(sampleSpec('/layer', 'full'), 'range', facts)).toEqual({
    groups: [],
    processes: { openFiles: { soft: 1024, hard: 524_288 }, fileBytes: null, processes: null },
    disk: null,
    uncounted: [],
    missing: [],
  });
});

test.for(['cpu_shares', 'memory_limit_mb', 'pids_limit'] as const)('%s that cannot be kept is refused', (name) => {
  const { plan, enforced } = limits({ [name]: 100 }, { can: false, idMap: 'identity' });

  expect(enforced).toEqual(['open_files_limit', 'disk_limit_mb']);
  expect(plan).toThrow(
    expect.objectContaining({
      code: 'BACKEND_UNSUPPORTED',
      message: `\`${name} = 100\` cannot be enforced: of a reason`,
      hint: 'Do something; `best_effort = true` in `[runtime.resource_limits]` does without.',
    }) as Error,
  );
});

test('why the processes of a range of ids cannot be limited without a control group is said', () => {
  expect(limits({ pids_limit: 64 }, { can: false, idMap: 'range' }).plan).toThrow(
    '`pids_limit = 64` cannot be enforced: of a reason, and nothing else counts processes of a range of ids',
  );
});

test('with best effort the command runs, and what is missing is in the plan', () => {
  expect(limits({ memory_limit_mb: 64, best_effort: true }, { can: false }).plan()).toMatchObject({
    groups: [],
    missing: [{ limit: 'memory_limit_mb', ...HINDRANCE }],
  });
});

test('with a single id the kernel counts the processes of the user namespace', () => {
  const { plan, enforced } = limits({ pids_limit: 64 }, { can: false, idMap: 'single' });

  expect(enforced).toEqual(['pids_limit', 'open_files_limit', 'disk_limit_mb']);
  expect(plan()).toMatchObject({ groups: [], processes: { processes: 64 }, uncounted: ['pids_limit'], missing: [] });
  expect(limits({ pids_limit: 64 }, { can: false, idMap: 'single', counts: false }).plan).toThrow(
    /cannot be enforced/u,
  );
});

test.for([
  [null, { soft: 1024, hard: 4096 }],
  [100, { soft: 100, hard: 100 }],
  [9999, { soft: 4096, hard: 4096 }],
] as const)('open files limited to %s are never more than the caller has', ([open_files_limit, expected]) => {
  const facts = { ...NOBODY, openFiles: { soft: 4096, hard: 4096 } };
  const spec = sampleSpec('/layer', 'full', { limits: { ...NO_LIMITS, open_files_limit } });

  expect(planLimits(spec, 'range', facts).processes.openFiles).toEqual(expected);
});

test.for([
  [100, ['open_files_limit']],
  [1024, []],
] as const)(
  'a limit of %s open files is one that a program may fail of unseen: %s',
  ([open_files_limit, uncounted]) => {
    expect(limits({ open_files_limit, pids_limit: 64 }).plan().uncounted).toEqual(uncounted);
  },
);
