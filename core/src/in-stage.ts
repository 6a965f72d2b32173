import type { Hooks, StageName } from './plugin/hooks.ts';

/** Tells when a stage begins and ends, also where it fails. */
export async function inStage<T>(name: StageName, hooks: Hooks, action: () => Promise<T>): Promise<T> {
  hooks.stageStarted.call(name);
  try {
    return await action();
  } finally {
    hooks.stageFinished.call(name);
  }
}
