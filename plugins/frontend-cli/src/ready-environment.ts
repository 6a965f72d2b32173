import type { BuildResult } from '@karapace/core';

import type { Invocation } from './arguments/verb.ts';
import type { Context } from './context.ts';
import { listenForInterruption } from './interruption.ts';
import { now } from './now.ts';
import { openQuietEngine } from './open-engine.ts';
import { formatDuration } from './output/format-quantity.ts';
import { followProgress } from './progress/follow-progress.ts';
import { readLockOptions } from './read-lock-options.ts';
import { tellStopped } from './tell-stopped.ts';
import { inProject } from './which-environment.ts';

/** The environment that is ready, or the exit code of a person who stopped its build. */
export type Ready =
  | { readonly reference: string; readonly project: string | undefined }
  | { readonly exitCode: number };

/**
 * The environment that was named; else that of the project the person stands in, built if it is not, or if its manifest
 * or lock has changed. What is built is told on stderr.
 */
export async function readyEnvironment({ operands: [named], options }: Invocation, context: Context): Promise<Ready> {
  if (named !== undefined) return { reference: named, project: undefined };
  const { output } = context;
  using interruption = listenForInterruption(output);
  try {
    const startedAt = now();
    const build = { ...(await readLockOptions(options, context)), signal: interruption.signal };
    await using engine = await openQuietEngine(context);
    using _progress = followProgress(engine.hooks, output);
    const result = await inProject(() => engine.build(undefined, build));
    if (result.status === 'built' && !output.quiet) output.note(describeReady(result, now() - startedAt));
    const { env_id, project } = result.environment;
    return { reference: env_id, project };
  } catch (error) {
    const signal = interruption.by();
    if (signal === undefined) throw error;
    const hint = 'Type the same command again: what was finished is kept.';
    return { exitCode: await tellStopped({ work: 'The build', hint }, signal, context) };
  }
}

function describeReady({ environment }: BuildResult, milliseconds: number): string {
  return `Built ${environment.short_id} in ${formatDuration(milliseconds)}; entering it`;
}
