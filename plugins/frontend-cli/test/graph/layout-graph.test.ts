import fc from 'fast-check';
import { expect, test } from 'vitest';

import { layOutGraph } from '../../src/graph/layout-graph.ts';
import { anyLayers, SAMPLE } from './graph-fixture.ts';

const SIZES = { width: 100, height: 40, columnGap: 20, rowGap: 30 };

test('no two boxes overlap, and all are in the picture', () => {
  fc.assert(
    fc.property(anyLayers, (layers) => {
      const { nodes, width, height } = layOutGraph(layers, SIZES);
      const points = [...nodes.values()];
      expect(nodes.size).toBe(layers.length);
      for (const [index, { x, y }] of points.entries()) {
        expect(x).toBeGreaterThanOrEqual(SIZES.width / 2 - 0.001);
        expect(x).toBeLessThanOrEqual(width - SIZES.width / 2 + 0.001);
        expect(y).toBeLessThanOrEqual(height - SIZES.height / 2);
        for (const other of points.slice(index + 1)) {
          const isBeside = Math.abs(x - other.x) >= SIZES.width + SIZES.columnGap - 0.001;
          expect(isBeside || Math.abs(y - other.y) >= SIZES.height).toBe(true);
        }
      }
    }),
  );
});

test('each line leads from a node down to its parent, past the boxes between', () => {
  fc.assert(
    fc.property(anyLayers, (layers) => {
      const { nodes, edges } = layOutGraph(layers, SIZES);
      const nameAt = (point: unknown): string | undefined =>
        [...nodes].find(([, each]) => JSON.stringify(each) === JSON.stringify(point))?.[0];
      const drawn = edges.map((points) => `${nameAt(points[0])} ${nameAt(points.at(-1))}`);
      expect(drawn.toSorted()).toEqual(
        layers.flatMap(({ name, parents }) => parents.map((parent) => `${name} ${parent}`)).toSorted(),
      );
      for (const points of edges) {
        for (const { x, y } of points.slice(1, -1)) {
          const inBox = [...nodes.values()].some((box) => box.y === y && Math.abs(box.x - x) < SIZES.width / 2);
          expect(inBox).toBe(false);
        }
        expect(points.map(({ y }) => y)).toEqual(points.map(({ y }) => y).toSorted((left, right) => left - right));
      }
    }),
  );
});

test('two layers on one base stand beside each other above it', () => {
  const { nodes } = layOutGraph(SAMPLE, SIZES);

  expect(nodes.get('run-tools')?.y).toBe(nodes.get('run-docs')?.y);
  expect(nodes.get('files')?.y).toBe(nodes.get('packages')?.y);
});
