import fc from 'fast-check';
import { expect, test } from 'vitest';

import { canonicalJson } from '../../src/identity/canonical-json.ts';
import { compareInputs } from '../../src/layers/compare-inputs.ts';

const anyArchive = fc.record({
  name: fc.constantFrom('git', 'curl', 'zsh', 'libc6'),
  arch: fc.constantFrom('amd64', 'all'),
  version: fc.constantFrom('1', '2'),
});
const anyData = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(anyArchive, { maxLength: 5 }),
  fc.record({ archives: fc.array(anyArchive, { maxLength: 3 }), steps: fc.array(fc.array(fc.string())) }),
);

test('exactly data with the same canonical JSON has no difference', () => {
  fc.assert(
    fc.property(anyData, anyData, (before, after) => {
      expect(compareInputs(before, structuredClone(before))).toEqual([]);
      expect(compareInputs(before, after).length === 0).toBe(canonicalJson(before) === canonicalJson(after));
    }),
  );
});

test('both directions name the same inputs', () => {
  const turned = { added: 'removed', removed: 'added', changed: 'changed', moved: 'moved' } as const;
  const named = fc.uniqueArray(anyArchive, { selector: ({ name, arch }) => `${name} ${arch}` });
  const dictionary = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(fc.nat(2), named));
  fc.assert(
    fc.property(dictionary, dictionary, (before, after) => {
      const back = compareInputs(after, before);

      expect(back.map(({ path, change }) => ({ path, change: turned[change] }))).toEqual(
        compareInputs(before, after).map(({ path, change }) => ({ path, change })),
      );
    }),
  );
});

const git = { name: 'git', arch: 'amd64', version: '1', sha256: 'ab' };
const zsh = { name: 'zsh', arch: 'amd64', version: '5', sha256: 'cd' };

test.each([
  ['another version', [git, zsh], [{ ...git, version: '2' }, zsh], 'git amd64', 'changed'],
  ['another sha256', [git, zsh], [{ ...git, sha256: 'ef' }, zsh], 'git amd64', 'changed'],
  ['one more', [git], [git, zsh], 'zsh amd64', 'added'],
  ['one less', [git, zsh], [git], 'zsh amd64', 'removed'],
])('an item with a name is compared with its namesake: %s', (...[, before, after, name, change]) => {
  const differences = compareInputs({ archives: before }, { archives: after });

  expect(differences).toMatchObject([{ path: ['archives', name], change }]);
});

test('another order of named items is said, and their names with it', () => {
  expect(compareInputs([git, zsh], [zsh, git])).toEqual([
    { path: [], change: 'moved', before: ['git amd64', 'zsh amd64'], after: ['zsh amd64', 'git amd64'] },
  ]);
});

test('items that share a name and an architecture are told apart by version, and twins by place', () => {
  const newer = { ...git, version: '2' };

  expect(compareInputs([git, newer], [newer])).toMatchObject([{ path: ['git 1 amd64'], change: 'removed' }]);
  expect(compareInputs([git, git], [git])).toMatchObject([{ path: [1], change: 'removed' }]);
});

test('files are known by where they go', () => {
  const file = { target: '/etc/motd', tree: 'ab' };

  expect(compareInputs([file], [{ ...file, tree: 'cd' }])).toEqual([
    { path: ['/etc/motd'], change: 'changed', before: file, after: { ...file, tree: 'cd' } },
  ]);
});

test('a word of a step is named by its place', () => {
  const steps = [['sh', '-c', 'make', 'all']];

  expect(compareInputs({ steps }, { steps: [['sh', '-c', 'make', 'most']] })).toEqual([
    { path: ['steps', 0, 3], change: 'changed', before: 'all', after: 'most' },
  ]);
});
