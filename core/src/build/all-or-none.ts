/**
 * Waits for tasks that run beside each other. The first failure cancels what has not finished; it is thrown after
 * everything has come to rest.
 *
 * @param start starts the tasks; they are given a signal that such a failure aborts, too
 */
export async function allOrNone<T>(
  outside: AbortSignal,
  start: (signal: AbortSignal) => readonly Promise<T>[],
): Promise<readonly T[]> {
  const failed = new AbortController();
  const tasks = start(AbortSignal.any([outside, failed.signal]));
  try {
    return await Promise.all(tasks);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(tasks);
    throw outside.aborted ? outside.reason : error;
  }
}
