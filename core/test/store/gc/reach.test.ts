import fc from 'fast-check';
import { expect, it } from 'vitest';

import { compareWithModel, graphs } from './graph.ts';

/** `KARAPACE_GC_GRAPHS=100000 npx vitest run core/test/store/gc/reach.test.ts` looks at more. */
const GRAPHS = Number(process.env['KARAPACE_GC_GRAPHS'] ?? 1_000);

it('what is unreachable is what a walk from the roots does not reach, on random graphs', () => {
  let removals = 0;
  fc.assert(
    fc.property(graphs, (graph) => {
      const { model, gc } = compareWithModel(graph);
      removals += gc.length;
      expect(gc).toEqual(model);
    }),
    { numRuns: GRAPHS },
  );
  expect(removals).toBeGreaterThan(GRAPHS);
}, 600_000);
