/**
 * Lets many callers share one run of a costly action that covers all that happened before it starts. A caller that
 * comes while a run is under way waits for the next one.
 */
export function shareRuns(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  async function runAfter(previous: Promise<void> | undefined): Promise<void> {
    await previous?.catch(() => {
      // Its own callers have been told.
    });
    running = next;
    next = undefined;
    await action();
  }

  return () => (next ??= runAfter(running));
}
