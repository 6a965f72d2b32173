import type { GcPlan } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import type { Context } from '../context.ts';
import { describeGarbage, describeRest, isNothing } from '../describe-garbage.ts';
import { listenForInterruption, type Interruption } from '../interruption.ts';
import { openQuietEngine } from '../open-engine.ts';
import { formatBytes } from '../output/format-quantity.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { followProgress } from '../progress/follow-progress.ts';
import { tellStopped } from '../tell-stopped.ts';

/** `karapace gc`. */
export const gc: Action = async ({ options }, context) => {
  const dryRun = options['dry-run'] === true;
  using interruption = listenForInterruption(context.output);
  try {
    report(await run(dryRun, interruption, context), dryRun, context);
    return 0;
  } catch (error) {
    const signal = interruption.by();
    if (signal === undefined) throw error;
    const hint = 'Type the same command again: it goes on with what is left.';
    return await tellStopped({ work: 'The collection', hint }, signal, context);
  }
};

async function run(dryRun: boolean, { signal }: Interruption, context: Context): Promise<GcPlan> {
  const { output } = context;
  await using engine = await openQuietEngine(context);
  using _progress = followProgress(engine.hooks, output);
  const isShown = !output.json && !output.quiet;
  return await engine.gc({ dryRun, signal, ...(isShown && { onPlan: (plan) => show(plan, context) }) });
}

/** Before anything is removed. */
function show(plan: GcPlan, { output }: Context): void {
  if (!isNothing(plan)) output.print(describeGarbage(plan));
}

/** Objects are counted alone: there may be millions. */
function record({ environments, layers, ...counts }: GcPlan, dryRun: boolean): object {
  return {
    status: dryRun ? 'planned' : 'collected',
    dry_run: dryRun,
    orphaned_envs: environments.map(({ env_id }) => env_id),
    orphaned_layers: layers.map(({ key }) => key),
    orphaned_objects: counts.objects,
    removed_envs: dryRun ? 0 : environments.length,
    removed_layers: dryRun ? 0 : layers.length,
    removed_objects: dryRun ? 0 : counts.objects,
    environments,
    layers,
    ...counts,
  };
}

function report(result: GcPlan, dryRun: boolean, { output }: Context): void {
  if (output.json) {
    output.printJson({ format: JSON_FORMAT, ...record(result, dryRun) });
  } else if (isNothing(result)) {
    output.note('There is nothing to remove.');
  } else if (!output.quiet) {
    const rest = describeRest(result);
    output.print(dryRun ? `${rest} would go.` : `Freed ${formatBytes(result.bytes)}: ${rest}.`);
  }
}
