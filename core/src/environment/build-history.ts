import type { EnvIdentity, LayerKey } from '../contracts/ids.ts';
import type { MemoStore } from '../contracts/store.ts';
import { memoHash } from '../store/memo-hash.ts';

/*
 * What people want to see of a build, and no build asks for: it is in the store's cache, where it may vanish.
 */

const BUILD_TIME = 'karapace/layer-build-time/v1';
const LAST_BUILD = 'karapace/last-build/v1';

/** @param milliseconds that the build of the layer took, the wait for its archives included */
export async function rememberBuildTime(key: LayerKey, milliseconds: number, memos: MemoStore): Promise<void> {
  await memos.put(memoHash(BUILD_TIME, key), String(Math.round(milliseconds)));
}

/** Milliseconds; `null` where nobody knows any more. */
export async function recallBuildTime(key: LayerKey, memos: MemoStore): Promise<number | null> {
  const text = await memos.find(memoHash(BUILD_TIME, key));
  return text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : null;
}

/** @param built those layers of the environment that were not in the store before */
export async function rememberLastBuild(
  identity: EnvIdentity,
  built: readonly LayerKey[],
  memos: MemoStore,
): Promise<void> {
  await memos.put(memoHash(LAST_BUILD, identity), built.join(' '));
}

/** The layers that were built when something was last built for the environment; `null` where nobody knows any more. */
export async function recallLastBuild(identity: EnvIdentity, memos: MemoStore): Promise<ReadonlySet<LayerKey> | null> {
  const text = await memos.find(memoHash(LAST_BUILD, identity));
  return text === undefined ? null : new Set(text.split(' ') as LayerKey[]);
}
