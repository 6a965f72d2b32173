import type { Karapace, LockChange, UpdateResult } from '@karapace/core';

import type { Action, Invocation } from '../arguments/verb.ts';
import { textOf } from '../arguments/text-of.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { describeBuild } from '../describe-build.ts';
import { countLockChanges, describeCurrent, describeLockChanges, lockChangeRecord } from '../describe-lock-changes.ts';
import { fail } from '../fail.ts';
import { listenForInterruption, type Interruption } from '../interruption.ts';
import { now } from '../now.ts';
import { openQuietEngine } from '../open-engine.ts';
import { escapeField } from '../output/escape-controls.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { followProgress } from '../progress/follow-progress.ts';
import type { ProgressView } from '../progress/progress-view.ts';
import { buildRecord } from '../report-build.ts';
import { tellStopped } from '../tell-stopped.ts';

/** `karapace update [package...]`. */
export const update: Action = async (invocation, context) => {
  using interruption = listenForInterruption(context.output);
  try {
    const startedAt = now();
    const result = await run(invocation, interruption, context);
    if (result.status === 'declined') return await tellDeclined(result);
    report(result, now() - startedAt, { invocation, context });
    return 0;
  } catch (error) {
    const signal = interruption.by();
    if (signal === undefined) throw error;
    const hint = 'The lock is as it was; type the same command again: what was finished is kept.';
    return await tellStopped({ work: 'The update', hint }, signal, context);
  }
};

async function run(invocation: Invocation, { signal }: Interruption, context: Context): Promise<UpdateResult> {
  const { operands: packages, options } = invocation;
  await using engine: Karapace = await openQuietEngine(context);
  using progress = followProgress(engine.hooks, context.output);
  return await engine.update(textOf(options['manifest']), {
    directory: context.directory,
    packages,
    dryRun: options['dry-run'] === true,
    name: textOf(options['name']),
    approve: (changes) => approve(changes, options['yes'] === true, { progress, context }),
    signal,
  });
}

interface Screen {
  readonly progress: ProgressView;
  readonly context: Context;
}

async function approve(changes: readonly LockChange[], isDecided: boolean, screen: Screen): Promise<boolean> {
  const { progress, context } = screen;
  const { output } = context;
  if (!output.json && !output.quiet) {
    // Takes away what is drawn, so that nothing is drawn over the table and the question.
    progress.interject('Resolved anew.');
    output.print(describePlan(changes, output.verbose));
  }
  if (isDecided || output.json) return true;
  const loss = 'What was changed inside the environment stays in the old one.';
  return confirm({ loss, question: 'Update?' }, context);
}

function describePlan(changes: readonly LockChange[], isVerbose: boolean): string {
  if (changes.length === 0) return 'Every package stays as it is; what else the manifest says has changed.';
  return `${countLockChanges(changes)}\n${describeLockChanges(changes, isVerbose)}`;
}

function tellDeclined({ lockFile }: UpdateResult): Promise<never> {
  return fail('CANCELLED', `\`${escapeField(lockFile)}\` stays as it is`, {
    hint: '`karapace update --yes` asks nothing; `--dry-run` only looks.',
  });
}

interface Told {
  readonly invocation: Invocation;
  readonly context: Context;
}

function report(result: UpdateResult, milliseconds: number, { invocation, context: { output } }: Told): void {
  const { status, manifest, lockFile, changes, build } = result;
  if (output.json) {
    output.printJson({
      format: JSON_FORMAT,
      ...{ status, manifest },
      lock: { file: lockFile, written: build?.lockWritten ?? false },
      changes: changes.map(lockChangeRecord),
      build: build === undefined ? null : buildRecord(build),
    });
  } else if (build !== undefined) {
    output.print(output.quiet ? build.environment.short_id : describeBuild(build, { milliseconds, checked: false }));
  } else if (!output.quiet) {
    output.print(status === 'current' ? describeCurrent(invocation.operands) : describePlan(changes, output.verbose));
  }
}
