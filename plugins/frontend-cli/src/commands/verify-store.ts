import type { Karapace, VerifyReport } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import type { Context } from '../context.ts';
import { describeFindings, describeWhole } from '../describe-findings.ts';
import { describeRepair } from '../describe-repair.ts';
import { listenForInterruption, type Interruption } from '../interruption.ts';
import { now } from '../now.ts';
import { openQuietEngine } from '../open-engine.ts';
import { formatBytes, formatCount } from '../output/format-quantity.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { followProgress } from '../progress/follow-progress.ts';
import { tellStopped } from '../tell-stopped.ts';

/** `karapace verify-store`. */
export const verifyStore: Action = async ({ options }, context) => {
  using interruption = listenForInterruption(context.output);
  try {
    const repair = options['repair'] === true;
    return await report(await run(repair, interruption, context), context);
  } catch (error) {
    const signal = interruption.by();
    if (signal === undefined) throw error;
    const hint = 'Type the same command again: it does what is left.';
    return await tellStopped({ work: 'The verification', hint }, signal, context);
  }
};

async function run(repair: boolean, { signal }: Interruption, context: Context): Promise<VerifyReport> {
  await using engine = await openQuietEngine(context);
  using _progress = followProgress(engine.hooks, context.output);
  return await engine.verify({ repair, signal, onProgress: progressTeller(engine) });
}

/** Milliseconds that nobody minds waiting in silence. */
const SILENCE = 1000;

function progressTeller({ hooks }: Karapace) {
  let last = now();
  return ({ checked, bytes }: { readonly checked: number; readonly bytes: number }): void => {
    if (now() - last < SILENCE) return;
    last = now();
    hooks.progressMade.call(`verified ${formatCount(checked, 'file')}, ${formatBytes(bytes)}`);
  };
}

async function report(result: VerifyReport, { output }: Context): Promise<number> {
  const isWhole = result.findings.length === 0;
  const isSafe = isWhole && (result.repair?.lost.length ?? 0) === 0;
  if (output.json) output.printJson({ format: JSON_FORMAT, status: isWhole ? 'whole' : 'damaged', ...result });
  else describe(result, output);
  if (!isSafe && !output.json) await tellDamage(result, output);
  return isSafe ? 0 : 3;
}

function describe(result: VerifyReport, output: Context['output']): void {
  const isWhole = result.findings.length === 0;
  if (result.repair !== undefined) output.print(`${describeRepair(result.repair)}\n`);
  if (!isWhole) output.print(describeFindings(result));
  else if (!output.quiet) output.print(describeWhole(result));
}

async function tellDamage(result: VerifyReport, output: Context['output']): Promise<void> {
  const [{ KarapaceError }, { reportError }] = await Promise.all([
    import('@karapace/core'),
    import('../output/report-error.ts'),
  ]);
  const { code, message, hint } = failureOf(result);
  reportError(new KarapaceError(code, message, { hint }), output);
}

const LOST_HINT = 'What was lost is named above, with what gives it back; check the disk with `dmesg`.';

interface Failure {
  readonly code: 'STORE_CORRUPT' | 'STORE_UNREADABLE';
  readonly message: string;
  readonly hint: string;
}

function failureOf({ failed, unreadable, checked, repair }: VerifyReport): Failure {
  const all = `Of ${formatCount(checked, 'file')} in the store`;
  if (failed === 0 && unreadable > 0) {
    const hint = 'Look at their permissions, and at the disk with `dmesg`.';
    return { code: 'STORE_UNREADABLE', message: `${all} ${unreadable.toLocaleString('en-US')} cannot be read`, hint };
  }
  if (failed === 0) {
    const message = `The store is whole again, but ${formatCount(repair?.lost.length ?? 0, 'file')} could not be made again`;
    return { code: 'STORE_CORRUPT', message, hint: LOST_HINT };
  }
  const message = `${all} ${failed.toLocaleString('en-US')} failed`;
  const hint =
    repair === undefined
      ? 'Run `karapace verify-store --repair`; environments that are not named above can be used meanwhile.'
      : 'Do what is said above of what could not be repaired, then run `karapace verify-store --repair` again.';
  return { code: 'STORE_CORRUPT', message, hint };
}
