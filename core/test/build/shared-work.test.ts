import { setImmediate } from 'node:timers/promises';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { sharedWork } from '../../src/build/shared-work.ts';

const never = new AbortController().signal;

test('work is done once, for all who want it at the same time and later', async () => {
  const work = sharedWork<number>();
  let done = 0;
  const count = async (): Promise<number> => {
    await setImmediate();
    return (done += 1);
  };

  const [first, second] = await Promise.all([work.get('a', count, never), work.get('a', count, never)]);

  expect([first, second, await work.get('a', count, never)]).toEqual([
    { value: 1, isOwn: true },
    { value: 1, isOwn: false },
    { value: 1, isOwn: false },
  ]);
  expect(await work.get('b', count, never)).toEqual({ value: 2, isOwn: true });
});

test('all fail as it failed, and it is not tried again', async () => {
  const work = sharedWork<number>();
  let tries = 0;
  const fail = async (): Promise<number> => {
    tries += 1;
    throw new Error('broken');
  };

  await expect(work.get('a', fail, never)).rejects.toThrow('broken');
  await expect(work.get('a', fail, never)).rejects.toThrow('broken');
  expect(tries).toBe(1);
});

/** Work that ends when it is told to, and notes that it was given up. */
function controlled() {
  const end = Promise.withResolvers<number>();
  const state = { started: 0, givenUp: 0, end };
  return Object.assign(state, {
    run: (signal: AbortSignal): Promise<number> => {
      state.started += 1;
      signal.addEventListener('abort', () => {
        state.givenUp += 1;
        end.reject(signal.reason);
      });
      return end.promise;
    },
  });
}

test('one who goes does not take it from the others', async () => {
  const work = sharedWork<number>();
  const task = controlled();
  const [one, other] = [new AbortController(), new AbortController()];
  const first = work.get('a', task.run, one.signal);
  const second = work.get('a', task.run, other.signal);
  one.abort(new Error('gone'));

  await expect(first).rejects.toThrow('gone');
  task.end.resolve(7);
  expect(await second).toEqual({ value: 7, isOwn: false });
  expect(task.givenUp).toBe(0);
});

test('when the last has gone it is given up, and the last waits for its end', async () => {
  const work = sharedWork<number>();
  const cleared = Promise.withResolvers<void>();
  const only = new AbortController();
  let isCleared = false;
  const slow = (signal: AbortSignal): Promise<number> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        void cleared.promise.then(() => {
          isCleared = true;
          reject(signal.reason);
        });
      });
    });
  const asked = work.get('a', slow, only.signal);
  only.abort(new Error('stop'));
  const next = work.get('a', async () => (isCleared ? 1 : 0), never);
  cleared.resolve();

  await expect(asked).rejects.toThrow('stop');
  expect(await next).toEqual({ value: 1, isOwn: true });
});

test('who is aborted already gets nothing and starts nothing', async () => {
  const task = controlled();

  await expect(sharedWork<number>().get('a', task.run, AbortSignal.abort(new Error('late')))).rejects.toThrow('late');
  expect(task.started).toBe(0);
});

test('whoever goes and whoever stays: it runs at most once at a time, and those who stay get its value', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), async (goes) => {
      const work = sharedWork<number>();
      let [running, most] = [0, 0];
      const run = async (signal: AbortSignal): Promise<number> => {
        running += 1;
        most = Math.max(most, running);
        for (let step = 0; step < 5; step += 1) await setImmediate();
        running -= 1;
        signal.throwIfAborted();
        return 1;
      };
      const asked = goes.map((leaves) => {
        const controller = new AbortController();
        const answer = work.get('a', run, controller.signal);
        if (leaves)
          setImmediate().then(
            () => controller.abort(new Error('gone')),
            () => undefined,
          );
        return answer;
      });
      const settled = await Promise.allSettled(asked);

      expect(most).toBe(1);
      for (const [index, { status }] of settled.entries()) {
        expect(status).toBe(goes[index] === true ? 'rejected' : 'fulfilled');
      }
    }),
    { numRuns: 100 },
  );
});
