import type PQueue from 'p-queue';

/**
 * Does work in a slot of a queue. Aborted while it waits, it never begins. What has begun is waited for even then: p-queue
 * alone would give it up while it runs, and it would go on with a scratch directory and a store that are gone.
 *
 * @param work has to heed the signal itself
 */
export async function inSlot<T>(queue: PQueue, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  let begun: Promise<T> | undefined;
  try {
    return await queue.add(() => (begun = work()), { signal });
  } catch (error) {
    await Promise.allSettled([begun]);
    throw error;
  }
}
