import { rm } from 'node:fs/promises';

import { expect, test as base } from 'vitest';

import {
  recallBuildTime,
  recallLastBuild,
  rememberBuildTime,
  rememberLastBuild,
} from '../../src/environment/build-history.ts';
import type { EnvIdentity, LayerKey } from '../../src/contracts/ids.ts';
import type { MemoStore } from '../../src/contracts/store.ts';
import { makeTestStore } from '../store/test-store.ts';

const test = base.extend<{ place: Awaited<ReturnType<typeof makeTestStore>> }>({
  place: async ({}, use) => {
    await using place = await makeTestStore();
    await use(place);
  },
});

const key = 'a'.repeat(64) as LayerKey;
const other = 'b'.repeat(64) as LayerKey;
const identity = 'c'.repeat(64) as EnvIdentity;

test('how long a build took, and what the last one built, is remembered', async ({ place: { store } }) => {
  await rememberBuildTime(key, 1234.4, store.memos);
  await rememberLastBuild(identity, [key, other], store.memos);

  expect(await recallBuildTime(key, store.memos)).toBe(1234);
  expect(await recallBuildTime(other, store.memos)).toBeNull();
  expect(await recallLastBuild(identity, store.memos)).toEqual(new Set([key, other]));
});

test('a build that built nothing is not one of which nothing is known', async ({ place: { store } }) => {
  await rememberLastBuild(identity, [], store.memos);

  expect((await recallLastBuild(identity, store.memos))?.has(key)).toBe(false);
});

test('where the cache is gone nothing is known', async ({ place: { store, root } }) => {
  await rememberBuildTime(key, 1, store.memos);
  await rememberLastBuild(identity, [key], store.memos);
  await rm(`${root}/cache/memo`, { recursive: true });

  expect(await recallBuildTime(key, store.memos)).toBeNull();
  expect(await recallLastBuild(identity, store.memos)).toBeNull();
});

test('a memo that is no time is none', async () => {
  const memos: MemoStore = { find: async () => 'soon', put: async () => undefined };

  expect(await recallBuildTime(key, memos)).toBeNull();
});
