import type { EnvironmentComparison } from '@karapace/core';
import { expect, test } from 'vitest';

import { describeChanges } from '../../src/explain/describe-changes.ts';
import { describeComparison } from '../../src/explain/describe-comparison.ts';
import { archive, comparison, difference, environment, GIT_UPDATE } from './explain-fixture.ts';

const [dev, web] = [environment('dev', '1'), environment('web', '2')];
const many = Array.from({ length: 9 }, (_, index) =>
  difference(['archives', `p${index} amd64`], 'added', [undefined, archive(`p${index}`, '3')]),
);
const layers = [
  comparison('base', { hasSameBytes: true }),
  comparison('files', { kind: 'files', verdict: 'inputs', differences: many.slice(0, 1), hasSameBytes: true }),
  comparison('packages', { verdict: 'inputs', differences: GIT_UPDATE }),
  comparison('apps', { verdict: 'inputs', differences: many }),
  comparison('run-docs', { verdict: 'parents', parents: ['packages'] }),
  comparison('run-new', { verdict: 'added' }),
  comparison('run-old', { verdict: 'removed' }),
];
const pair: EnvironmentComparison = { before: dev, after: web, layers, intent: [] };

test('two environments are compared layer by layer, with the inputs that differ', () => {
  expect(`\n${describeComparison(pair, { whole: false })}\n`).toMatchInlineSnapshot(`
    "
    From dev (111111111111) to web (222222222222):
    = base      the same
    ~ files     1 input differs; the bytes are the same, so nothing above differs because of it
        + archive p0 3
    ~ packages  2 inputs differ
        ~ package git 1 → 2
        and 1 in the steps, which name these
    ~ apps      9 inputs differ
        + package p0 3
        + package p1 3
        + package p2 3
        + package p3 3
        + package p4 3
        and 4 more: add \`--verbose\`
    ~ run-docs  differs only because of what it stands on: packages
    + run-new   only in web
    - run-old   only in dev
    "
  `);
});

test('in full nothing is left out', () => {
  const text = describeComparison(pair, { whole: true });

  expect(text).toContain('~ step 1, word 4 /run/archives/git_1.deb → /run/archives/git_2.deb');
  expect(text).toContain('+ package p8 amd64 3, sha256 3333');
  expect(text).not.toContain('--verbose');
});

test('of copied files the paths are said that differ, and of a layer that differs by itself what differs below', () => {
  const trees = [
    { target: '/opt', tree: 'a'.repeat(64) },
    { target: '/opt', tree: 'b'.repeat(64) },
  ] as const;
  const files = comparison('files', {
    kind: 'files',
    verdict: 'inputs',
    differences: [difference(['files', '/opt'], 'changed', trees)],
    parents: ['packages'],
    paths: ['/opt/app: size 1 and 2', '/opt/\u001b: only in the second'],
  });

  expect(
    describeComparison({ ...pair, layers: [files] }, { whole: false })
      .split('\n')
      .slice(1),
  ).toEqual([
    '~ files  1 input differs, and so does what it stands on: packages',
    '    ~ file /opt tree aaaaaaaaaaaa → bbbbbbbbbbbb',
    '      /opt/app: size 1 and 2',
    '      /opt/\\x1b: only in the second',
  ]);
});

test('what only the manifests ask for otherwise is said, too', () => {
  const intent = [{ ...difference([], 'changed', ['.', '..']), path: ['mounts', 'project', 'host'] }];

  expect(describeComparison({ before: dev, after: web, layers: layers.slice(0, 1), intent }, { whole: false })).toBe(
    'From dev (111111111111) to web (222222222222):\n= base  the same\nWhat the manifests ask for:\n    ~ mounts.project.host . → ..',
  );
});

test('one environment under two names does not differ', () => {
  expect(describeComparison({ before: dev, after: dev, layers: [], intent: [] }, { whole: false })).toBe(
    'dev (111111111111) is compared with itself: nothing differs.',
  );
});

test('a build says of each layer whether it was built, and because of what', () => {
  const built = layers.flatMap(({ name }) =>
    name === 'run-old' ? [] : [{ name, reused: name === 'base' || name === 'apps' }],
  );
  const lost = { name: 'lost', reused: false };
  const before = { before: dev, layers: [...layers, comparison('lost', {})] };

  expect(`\n${describeChanges({ layers: [...built, lost] as never, comparison: before })}\n`).toMatchInlineSnapshot(`
    "
    Compared with dev (111111111111):
      base      reused
      files     built: archive p0 3 added; the bytes are the same as before
      packages  built: package git 1 → 2
      apps      reused, for the store had it: package p0 3 added, package p1 3 added, package p2 3 added, and 6 more
      run-docs  built: only because of what it stands on: packages
      run-new   built: it is new
      lost      built: the store did not have it any more
      run-old   gone
    "
  `);
});

test('a first build has nothing to compare with', () => {
  expect(describeChanges({ layers: [{ name: 'base', reused: false }] as never, comparison: undefined })).toBe(
    '  base  built',
  );
});
