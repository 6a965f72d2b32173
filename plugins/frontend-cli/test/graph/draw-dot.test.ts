import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { drawDot } from '../../src/graph/draw-dot.ts';
import { graphLayer, graphOf, hostileText, SAMPLE } from './graph-fixture.ts';

interface Parsed {
  readonly objects?: readonly { readonly label: string; readonly pos: string }[];
  readonly edges?: readonly { readonly tail: number; readonly head: number }[];
}

/** What Graphviz itself makes of it. */
function runDot(text: string): Parsed {
  return JSON.parse(execFileSync('dot', ['-Tjson'], { input: text, encoding: 'utf8', stdio: 'pipe' })) as Parsed;
}

test('Graphviz reads the layers, and which stands on which', () => {
  const { objects = [], edges = [] } = runDot(drawDot(graphOf(SAMPLE)));
  const nameOf = (index: number): string => objects[index]?.label.split('\\n')[0] ?? '';

  expect(objects.map(({ label }) => label)).toContain('packages\\n3.4 KiB, 12 entries\\nreused (900 ms to build)');
  expect(edges.map(({ tail, head }) => `${nameOf(tail)} on ${nameOf(head)}`).toSorted()).toEqual(
    SAMPLE.flatMap(({ name, parents }) => parents.map((parent) => `${name} on ${parent}`)).toSorted(),
  );
});

test('whatever layers are called, Graphviz reads as many, and shows what they are called', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (name, kind) => {
      const layers = [graphLayer(name, [], { kind }), graphLayer(`${name}2`, [name], { kind: 'run' })];
      const { objects = [], edges = [] } = runDot(drawDot(graphOf(layers, kind)));

      expect([objects.length, edges.length]).toEqual([2, 1]);
    }),
    { numRuns: 15 },
  );
  const svg = execFileSync('dot', ['-Tsvg'], {
    input: drawDot(graphOf([graphLayer('a\\N"<&amp;', [])])),
    encoding: 'utf8',
    stdio: 'pipe',
  });
  expect(svg).toContain('>a\\N&quot;&lt;&amp;amp;<');
});
