import type { Karapace, VerifyReport } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import type { Context } from '../context.ts';
import { describeFindings, describeWhole } from '../describe-findings.ts';
import { listenForInterruption, type Interruption } from '../interruption.ts';
import { openQuietEngine } from '../open-engine.ts';
import { formatBytes, formatCount } from '../output/format-quantity.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { followProgress } from '../progress/follow-progress.ts';
import { tellStopped } from '../tell-stopped.ts';

/** `karapace verify-store`. */
export const verifyStore: Action = async (_invocation, context) => {
  using interruption = listenForInterruption(context.output);
  try {
    return await report(await run(interruption, context), context);
  } catch (error) {
    const signal = interruption.by();
    if (signal === undefined) throw error;
    const hint = 'Type the same command again: it begins anew.';
    return await tellStopped({ work: 'The verification', hint }, signal, context);
  }
};

async function run({ signal }: Interruption, context: Context): Promise<VerifyReport> {
  await using engine = await openQuietEngine(context);
  using _progress = followProgress(engine.hooks, context.output);
  return await engine.verify({ signal, onProgress: progressTeller(engine) });
}

/** Milliseconds that nobody minds waiting in silence. */
const SILENCE = 1000;

function progressTeller({ hooks }: Karapace) {
  let last = performance.now();
  return ({ checked, bytes }: { readonly checked: number; readonly bytes: number }): void => {
    if (performance.now() - last < SILENCE) return;
    last = performance.now();
    hooks.progressMade.call(`verified ${formatCount(checked, 'file')}, ${formatBytes(bytes)}`);
  };
}

async function report(result: VerifyReport, { output }: Context): Promise<number> {
  const isWhole = result.findings.length === 0;
  if (output.json) output.printJson({ format: JSON_FORMAT, status: isWhole ? 'whole' : 'damaged', ...result });
  else if (!isWhole) output.print(describeFindings(result));
  else if (!output.quiet) output.print(describeWhole(result));
  if (!isWhole && !output.json) await tellDamage(result, output);
  return isWhole ? 0 : 3;
}

async function tellDamage({ failed, unreadable, checked }: VerifyReport, output: Context['output']): Promise<void> {
  const [{ KarapaceError }, { reportError }] = await Promise.all([
    import('@karapace/core'),
    import('../output/report-error.ts'),
  ]);
  const message =
    failed > 0
      ? `Of ${formatCount(checked, 'file')} in the store ${failed.toLocaleString('en-US')} failed`
      : `Of ${formatCount(checked, 'file')} in the store ${unreadable.toLocaleString('en-US')} cannot be read`;
  const hint =
    failed > 0
      ? 'Run `karapace verify-store --repair`; environments that are not named above can be used meanwhile.'
      : 'Look at their permissions, and at the disk with `dmesg`.';
  reportError(new KarapaceError(failed > 0 ? 'STORE_CORRUPT' : 'STORE_UNREADABLE', message, { hint }), output);
}
