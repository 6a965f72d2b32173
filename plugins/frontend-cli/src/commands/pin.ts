import type { PinOptions, PinResult } from '@karapace/core';

import type { Action, Invocation } from '../arguments/verb.ts';
import type { Context } from '../context.ts';
import { fail } from '../fail.ts';
import { listenForInterruption, type Interruption } from '../interruption.ts';
import { openQuietEngine } from '../open-engine.ts';
import { escapeField } from '../output/escape-controls.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { followProgress } from '../progress/follow-progress.ts';
import { tellStopped } from '../tell-stopped.ts';

/** `karapace pin [manifest]`. */
export const pin: Action = async (invocation, context) => {
  const options = await readOptions(invocation, context);
  using interruption = listenForInterruption(context.output);
  try {
    report(await run(invocation.operands[0], { options, interruption, context }), context);
    return 0;
  } catch (error) {
    const signal = interruption.by();
    if (signal === undefined) throw error;
    const hint = 'The manifest is as it was. Type the same command again: what was fetched is kept.';
    return await tellStopped({ work: 'The pinning', hint }, signal, context);
  }
};

interface PinRun {
  readonly options: PinOptions;
  readonly interruption: Interruption;
  readonly context: Context;
}

async function run(manifest: string | undefined, { options, interruption, context }: PinRun): Promise<PinResult> {
  await using engine = await openQuietEngine(context);
  using _progress = followProgress(engine.hooks, context.output);
  return await engine.pin(manifest, { ...options, signal: interruption.signal });
}

async function readOptions({ options }: Invocation, { directory }: Context): Promise<PinOptions> {
  const [check, writeLock] = [options['check'] === true, options['write-lock'] === true];
  if (check && writeLock) {
    return fail('USAGE', '`--check` and `--write-lock` contradict each other', {
      hint: 'Leave one of them out: `--check` writes nothing.',
    });
  }
  return { directory, check, writeLock, offline: options['offline'] === true };
}

function report({ manifest, image, status, lockFile, lockWritten }: PinResult, { output }: Context): void {
  if (output.json) {
    const lock = { file: lockFile, written: lockWritten };
    output.printJson({ format: JSON_FORMAT, status, manifest, image, lock });
  } else if (!output.quiet) {
    const what = status === 'pinned' ? 'Pinned to' : 'Pinned already:';
    output.print([`${what} ${escapeField(image)}`, ...describeLock({ status, lockFile, lockWritten })].join('\n'));
  }
}

function describeLock({ status, lockFile, lockWritten }: Pick<PinResult, 'status' | 'lockFile' | 'lockWritten'>) {
  if (lockWritten) return [`Lock: ${escapeField(lockFile)}`];
  return status === 'pinned' ? ['Next: karapace build   or, to write the lock alone: karapace pin --write-lock'] : [];
}
