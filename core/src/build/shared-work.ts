/** Work that several may want: it is done once, for all of them. */
export interface SharedWork<T> {
  /**
   * Gives what the work for a key gave, or fails as it did, however often it is asked for. It is given up, and forgotten,
   * when everybody who wanted it was aborted before it ended.
   *
   * @param work called for the first who asks
   */
  get(key: string, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<SharedResult<T>>;
}

export interface SharedResult<T> {
  readonly value: T;
  /** It was done for this one. */
  readonly isOwn: boolean;
}

interface Task<T> {
  readonly result: Promise<T>;
  readonly givenUp: AbortController;
  wanted: number;
}

export function sharedWork<T>(): SharedWork<T> {
  const tasks = new Map<string, Task<T>>();

  function start(key: string, work: (signal: AbortSignal) => Promise<T>): Task<T> {
    const givenUp = new AbortController();
    const task: Task<T> = { result: work(givenUp.signal), givenUp, wanted: 0 };
    tasks.set(key, task);
    return task;
  }

  return {
    async get(key, work, signal) {
      for (;;) {
        signal.throwIfAborted();
        const found = tasks.get(key);
        if (found?.givenUp.signal.aborted !== true) {
          const value = await join(found ?? start(key, work), signal);
          return { value, isOwn: found === undefined };
        }
        // Two must not do the same at once, not even while one of them clears up.
        await Promise.allSettled([found.result]);
        if (tasks.get(key) === found) tasks.delete(key);
      }
    },
  };
}

async function join<T>(task: Task<T>, signal: AbortSignal): Promise<T> {
  const left = Promise.withResolvers<never>();
  const leave = (): void => {
    task.wanted -= 1;
    // Whoever was the last waits until the work has come to rest.
    if (task.wanted === 0) task.givenUp.abort(signal.reason);
    else left.reject(signal.reason);
  };
  task.wanted += 1;
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([task.result, left.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
