import type { Hook } from 'tapable';
import { expect, test } from 'vitest';

import { forkHooks } from '../../src/plugin/fork-hooks.ts';
import { createHooks } from '../../src/plugin/hooks.ts';

test('every hook asks or tells the original', () => {
  const fork = forkHooks(createHooks());

  for (const [name, hook] of Object.entries(fork) as [string, Hook<never, unknown>][])
    expect({ name, isForwarded: hook.isUsed() }).toEqual({ name, isForwarded: true });
});

test('the original answers first, and what taps a fork is unknown to it', async () => {
  const original = createHooks();
  const fork = forkHooks(original);
  const heard: string[] = [];
  original.openFrontend.tapPromise('original', async (name) =>
    name === 'a' ? { name, run: async () => 1 } : undefined,
  );
  fork.openFrontend.tapPromise('fork', async (name) => ({ name: `fork of ${name}`, run: async () => 2 }));
  original.warningGiven.tap('original', (message) => void heard.push(`original ${message}`));
  fork.warningGiven.tap('fork', (message) => void heard.push(`fork ${message}`));

  expect([await fork.openFrontend.promise('a'), await fork.openFrontend.promise('b')]).toMatchObject([
    { name: 'a' },
    { name: 'fork of b' },
  ]);
  expect(await original.openFrontend.promise('b')).toBeUndefined();
  fork.warningGiven.call('one');
  original.warningGiven.call('two');
  expect(heard).toEqual(['original one', 'fork one', 'original two']);
});
