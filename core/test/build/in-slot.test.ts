import PQueue from 'p-queue';
import { expect, test } from 'vitest';

import { inSlot } from '../../src/build/in-slot.ts';

const STOPPED = new Error('stopped');

test('gives what the work gives, and fails as it does', async () => {
  const queue = new PQueue({ concurrency: 1 });
  const { signal } = new AbortController();

  await expect(inSlot(queue, signal, async () => 'done')).resolves.toBe('done');
  await expect(inSlot(queue, signal, () => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
});

test('work that runs when it is stopped is waited for', async () => {
  const queue = new PQueue({ concurrency: 1 });
  const stop = new AbortController();
  const rest = Promise.withResolvers<void>();
  const told: string[] = [];
  const work = inSlot(queue, stop.signal, async () => {
    stop.abort(STOPPED);
    await rest.promise;
    told.push('at rest');
  });
  const failed = work.catch((error: unknown) => told.push(String(error)));

  setImmediate(rest.resolve);
  await failed;

  expect(told).toEqual(['at rest', 'Error: stopped']);
});

test('work that waits when it is stopped never begins, and nobody waits for what is before it', async () => {
  const queue = new PQueue({ concurrency: 1 });
  const stop = new AbortController();
  const before = Promise.withResolvers<void>();
  void queue.add(() => before.promise);
  let hasBegun = false;
  const work = inSlot(queue, stop.signal, async () => {
    hasBegun = true;
  });

  stop.abort(STOPPED);
  await expect(work).rejects.toBe(STOPPED);
  before.resolve();
  await queue.onIdle();

  expect(hasBegun).toBe(false);
});
