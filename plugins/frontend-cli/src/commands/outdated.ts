import type { OutdatedResult } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import { textOf } from '../arguments/text-of.ts';
import type { Context } from '../context.ts';
import { countLockChanges, describeCurrent, describeLockChanges, lockChangeRecord } from '../describe-lock-changes.ts';
import { listenForInterruption } from '../interruption.ts';
import { openQuietEngine } from '../open-engine.ts';
import { escapeField } from '../output/escape-controls.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { followProgress } from '../progress/follow-progress.ts';
import { tellStopped } from '../tell-stopped.ts';

/** As `dnf check-update` has it: told from every failure. */
const OUTDATED_EXIT_CODE = 100;

/** `karapace outdated [package...]`. */
export const outdated: Action = async ({ operands: packages, options }, context) => {
  const { output, directory } = context;
  using interruption = listenForInterruption(output);
  try {
    await using engine = await openQuietEngine(context);
    using _progress = followProgress(engine.hooks, output);
    const result = await engine.outdated(textOf(options['manifest']), {
      ...{ directory, packages },
      signal: interruption.signal,
    });
    report(result, packages, context);
    return result.changes.length === 0 ? 0 : OUTDATED_EXIT_CODE;
  } catch (error) {
    const signal = interruption.by();
    if (signal === undefined) throw error;
    return await tellStopped({ work: 'The look for updates', hint: 'Type the same command again.' }, signal, context);
  }
};

function report(
  { manifest, lockFile, changes }: OutdatedResult,
  packages: readonly string[],
  { output }: Context,
): void {
  if (output.json) {
    const status = changes.length === 0 ? 'current' : 'outdated';
    const lock = { file: lockFile };
    output.printJson({ format: JSON_FORMAT, status, manifest, lock, changes: changes.map(lockChangeRecord) });
  } else if (changes.length === 0) {
    if (!output.quiet) output.print(describeCurrent(packages));
  } else {
    const next = ['karapace update', ...packages.map(escapeField)].join(' ');
    output.print(`${countLockChanges(changes)}\n${describeLockChanges(changes, output.verbose)}\nNext: ${next}`);
  }
}
