import type { GraphLayer, LayerGraph } from '@karapace/core';
import fc from 'fast-check';

export function graphLayer(name: string, parents: readonly string[], facts: Partial<GraphLayer> = {}): GraphLayer {
  const [key, tree] = ['a'.repeat(64), 'b'.repeat(64)] as unknown as [GraphLayer['key'], GraphLayer['tree']];
  const kind = name.split('-')[0] ?? name;
  return {
    name,
    kind,
    key,
    tree,
    parents,
    entries: 12,
    bytes: 3456,
    lastBuild: 'built',
    buildMilliseconds: 900,
    ...facts,
  };
}

export function graphOf(layers: readonly GraphLayer[], name = 'dev'): LayerGraph {
  const environment = { names: [name], short_id: 'a1b2c3d4e5f6', lock: { base: { reference: 'debian/trixie' } } };
  return { environment, layers } as unknown as LayerGraph;
}

/** A diamond with a layer beside it and a line that passes a row. */
export const SAMPLE: readonly GraphLayer[] = [
  graphLayer('base', [], { lastBuild: 'reused' }),
  graphLayer('packages', ['base'], { lastBuild: 'reused' }),
  graphLayer('files', ['base']),
  graphLayer('run-tools', ['packages']),
  graphLayer('run-docs', ['packages']),
  graphLayer('run-all', ['run-docs', 'run-tools', 'files']),
];

/** Layers named by number, each on some of those before. */
export const anyLayers: fc.Arbitrary<readonly GraphLayer[]> = fc
  .array(fc.array(fc.nat(12), { maxLength: 3 }), { minLength: 1, maxLength: 10 })
  .map((lists) =>
    lists.map((parents, index) =>
      graphLayer(
        `n${index}`,
        [...new Set(parents)].filter((parent) => parent < index).map((parent) => `n${parent}`),
      ),
    ),
  );

/** What could end a string, a tag or a line. */
export const hostileText = fc
  .array(
    fc.constantFrom(
      '"',
      '\\',
      '\\N',
      '&',
      '&amp;',
      '<',
      '>',
      ']]>',
      "'",
      '\n',
      '\0',
      '\u001b[2J',
      '\u202e',
      '\ud800',
      '\uffff',
      'é',
      '😀',
      'a',
      '{',
      '}',
      '|',
      ';',
      '//',
      '--',
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''));
