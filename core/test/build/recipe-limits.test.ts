import { expect, test } from 'vitest';

import { baseRecipe, runRecipe, type RecipeContext } from '../../src/build/layer-recipe.ts';
import type { ToolRunner } from '../../src/build/run-tool.ts';
import type { Backend } from '../../src/contracts/backend.ts';
import type { ImageSource } from '../../src/contracts/image-source.ts';
import type { ImagePin } from '../../src/contracts/lock.ts';
import type { SandboxSpec } from '../../src/contracts/sandbox.ts';
import type { Scratch, Store } from '../../src/contracts/store.ts';
import type { RunLayer } from '../../src/layers/plan-layers.ts';
import { NO_LIMITS } from '../../src/manifest/limit-names.ts';

const limits = { ...NO_LIMITS, pids_limit: 64 };
const scratch = { make: async (name: string) => `/scratch/${name}` } as unknown as Scratch;

/** What recipes need, with a backend that keeps what it was asked for. */
function record() {
  const specs: SandboxSpec[] = [];
  const start = async (spec: SandboxSpec) => {
    specs.push(spec);
    return { wait: async () => ({ code: 0 }) };
  };
  const backend = { start } as unknown as Backend;
  const context: RecipeContext = { store: {} as Store, backend, ids: 'single', limits };
  const { signal } = new AbortController();
  const tools: ToolRunner = { backend, ids: 'single', offline: true, signal, onLine: () => {} };
  return { context, tools, limitsSeen: () => specs.map((spec) => spec.limits) };
}

test('a step that runs on top of other layers has the limits', async () => {
  const { context, tools, limitsSeen } = record();
  const layer = { request: { command: ['true'], network: false }, environment: {} } as unknown as RunLayer;
  await runRecipe(layer, context).fill(scratch, [], tools);

  expect(limitsSeen()).toEqual([limits]);
});

test('what makes the image has none', async () => {
  const { context: recipe, tools, limitsSeen } = record();
  const build: ImageSource['build'] = async (_pin, _directory, context) =>
    void (await context.run({ root: { kind: 'tools' }, command: ['mmdebstrap'] }));
  await baseRecipe({ archives: [] } as unknown as ImagePin, { build } as ImageSource, recipe).fill(scratch, [], tools);

  expect(limitsSeen()).toEqual([NO_LIMITS]);
});
