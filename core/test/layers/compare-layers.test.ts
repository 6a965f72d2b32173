import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { ExplainedLayer } from '../../src/contracts/explanation.ts';
import type { TreeDigest } from '../../src/contracts/ids.ts';
import type { LayerDefinition } from '../../src/contracts/lock.ts';
import { layerKey } from '../../src/identity/layer-key.ts';
import { compareDefinitions, compareLayers } from '../../src/layers/compare-layers.ts';
import { nameParents } from '../../src/layers/name-parents.ts';

interface Sketch {
  readonly name: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly parents?: readonly string[];
  /** What it comes out as. */
  readonly tree?: string;
}

const treeOf = (text: string): TreeDigest => text.padEnd(64, '0') as TreeDigest;

/** Layers as the store would know them; each comes out as its name unless something else is said. */
function explain(...sketches: readonly Sketch[]): readonly ExplainedLayer[] {
  const trees = new Map(sketches.map(({ name, tree = name }) => [name, treeOf(tree)]));
  return nameParents(
    sketches.map(({ name, inputs = {}, parents = [] }) => {
      const definition: LayerDefinition = { kind: 'packages', ids: 'full', inputs };
      const below = parents.map((parent) => trees.get(parent) ?? treeOf(parent));
      const tree = trees.get(name) ?? treeOf(name);
      return { name, key: layerKey(definition, below), tree, entries: 1, bytes: 1, definition, parents: below };
    }),
  );
}

const base: Sketch = { name: 'base', inputs: { parameters: { suite: 'trixie' } } };
const newBase: Sketch = { name: 'base', inputs: { parameters: { suite: 'sid' } } };
const run: Sketch = { name: 'run', inputs: { steps: [['make']] }, parents: ['base'] };

test('equal layers are the same', () => {
  expect(compareLayers(explain(base, run), explain(base, run))).toMatchObject([
    { name: 'base', verdict: 'same', differences: [], parents: [], hasSameBytes: true },
    { name: 'run', verdict: 'same' },
  ]);
});

test('a layer with other inputs says which, and one above it that only its parent is other', () => {
  const before = explain(base, run);
  const after = explain({ ...newBase, tree: 'other' }, run);

  expect(compareLayers(before, after)).toMatchObject([
    {
      name: 'base',
      verdict: 'inputs',
      differences: [{ path: ['inputs', 'parameters', 'suite'], change: 'changed', before: 'trixie', after: 'sid' }],
      hasSameBytes: false,
    },
    { name: 'run', verdict: 'parents', parents: ['base'], differences: [] },
  ]);
});

test('a layer that comes out the same cuts off what is above it', () => {
  expect(compareLayers(explain(base, run), explain(newBase, run))).toMatchObject([
    { name: 'base', verdict: 'inputs', hasSameBytes: true },
    { name: 'run', verdict: 'same' },
  ]);
});

test('new layers come at their place and lost ones last', () => {
  const other = { ...run, name: 'docs' };

  expect(compareLayers(explain(base, run), explain(base, other))).toMatchObject([
    { name: 'base', verdict: 'same' },
    { name: 'docs', verdict: 'added', before: undefined },
    { name: 'run', verdict: 'removed', after: undefined },
  ]);
});

test('a layer that only one side has says what it brings', () => {
  const archives = [{ name: 'git', arch: 'amd64', version: '1' }];
  const more = { name: 'more', inputs: { manager: 'apt', archives, command: ['make', 'all'], steps: [['x']] } };

  expect(compareLayers(explain(base), explain(base, more)).at(-1)?.differences).toEqual([
    { path: ['inputs', 'archives', 'git amd64'], change: 'added', before: undefined, after: archives[0] },
    { path: ['inputs', 'command'], change: 'added', before: undefined, after: ['make', 'all'] },
  ]);
  expect(compareLayers(explain(base, more), explain(base)).at(-1)?.differences).toMatchObject([
    { path: ['inputs', 'archives', 'git amd64'], change: 'removed' },
    { path: ['inputs', 'command'], change: 'removed' },
  ]);
});

test('a parent more, a parent less and another order of parents are named', () => {
  const [left, right]: readonly Sketch[] = [{ name: 'left' }, { name: 'right' }];
  const top = (...parents: readonly string[]): readonly ExplainedLayer[] =>
    explain(base, left ?? base, right ?? base, { name: 'top', parents });
  const parentsOf = (before: readonly string[], after: readonly string[]) =>
    compareLayers(top(...before), top(...after)).at(-1);

  expect(parentsOf(['base'], ['left', 'base'])).toMatchObject({ verdict: 'parents', parents: ['left'] });
  expect(parentsOf(['left', 'base'], ['base'])).toMatchObject({ verdict: 'parents', parents: ['left'] });
  expect(parentsOf(['left', 'right'], ['right', 'left'])).toMatchObject({ parents: ['right', 'left'] });
});

test('steps and environment, which follow from other inputs, come last', () => {
  const before = explain({ name: 'packages', inputs: { archives: ['a'], environment: { A: '1' }, steps: [['a']] } });
  const after = explain({
    name: 'packages',
    inputs: { archives: ['b'], environment: { A: '2' }, steps: [['b']], x: 1 },
  });

  const [packages] = compareLayers(before, after);
  expect(packages?.differences.map(({ path }) => path[1])).toEqual(['archives', 'x', 'environment', 'steps']);
});

const anyInputs = fc.dictionary(
  fc.constantFrom('archives', 'steps', 'environment', 'new'),
  fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.array(fc.record({ name: fc.constantFrom('a', 'b'), version: fc.nat(2) }))),
  { noNullPrototype: true },
);

test('exactly layers with the same key are the same', () => {
  const anyParents = fc.subarray(['x', 'y']);
  fc.assert(
    fc.property(anyInputs, anyInputs, anyParents, anyParents, (...[inputs, others, parents, otherParents]) => {
      const [before] = explain({ name: 'layer', inputs, parents });
      const [after] = explain({ name: 'layer', inputs: others, parents: otherParents });
      const [compared] = compareLayers(before === undefined ? [] : [before], after === undefined ? [] : [after]);

      expect(compared?.verdict === 'same').toBe(before?.key === after?.key);
    }),
  );
});

test('the kind and the ids are inputs, too', () => {
  const definition: LayerDefinition = { kind: 'packages', ids: 'full', inputs: {} };

  expect(compareDefinitions(definition, { ...definition, ids: 'single' })).toMatchObject([{ path: ['ids'] }]);
  expect(compareDefinitions(definition, { ...definition, kind: 'apps' })).toMatchObject([{ path: ['kind'] }]);
});
