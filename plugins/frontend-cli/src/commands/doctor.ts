import type { Check } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import type { Context } from '../context.ts';
import { checkHost } from '../doctor/check-host.ts';
import { describeChecks } from '../doctor/describe-checks.ts';
import { thisHost } from '../doctor/host.ts';
import { isEmpty, planFixes } from '../doctor/plan-fixes.ts';
import { runCommand } from '../doctor/run-command.ts';
import { runFixes } from '../doctor/run-fixes.ts';
import { openQuietEngine } from '../open-engine.ts';
import { isFailure } from '../output/describe-failure.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { storeRoot } from '../store-root.ts';

/** `karapace doctor`: exits with 1 while something that is needed is missing. */
export const doctor: Action = async ({ options }, context) => {
  const { output } = context;
  const before = await checkAll(context);
  const checks = options['fix'] === true ? await mend(before, context) : before;
  const ok = checks.every(({ state }) => state !== 'failed');
  if (output.json) output.printJson({ format: JSON_FORMAT, ok, checks });
  else output.print(describeChecks(output.quiet ? checks.filter(({ state }) => state !== 'ok') : checks));
  return ok ? 0 : 1;
};

async function mend(checks: readonly Check[], context: Context): Promise<readonly Check[]> {
  const plan = planFixes(checks);
  if (isEmpty(plan)) return checks;
  const { note } = context.output;
  await runFixes(plan, { uid: thisHost.uid, canAsk: process.stdin.isTTY, run: runCommand, note });
  return checkAll(context);
}

async function checkAll(context: Context): Promise<readonly Check[]> {
  const host = await checkHost(await storeRoot(context), thisHost);
  const rest = await attempt(async () => {
    await using engine = await openQuietEngine(context);
    const store = await attempt(() => engine.checkStore());
    return [...store, ...(await attempt(() => engine.doctor(context.directory)))];
  });
  return [...host, ...rest];
}

/** A store that cannot be read, or a plugin that fails, is a finding among others. */
async function attempt(check: () => Promise<readonly Check[]>): Promise<readonly Check[]> {
  try {
    return await check();
  } catch (error) {
    if (!isFailure(error)) throw error;
    const fix = error.hint === undefined ? null : { description: error.hint };
    return [{ id: 'engine', title: 'Engine', state: 'failed', detail: `[${error.code}] ${error.message}`, fix }];
  }
}
