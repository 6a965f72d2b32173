import type { EditResult, PackageWish } from '@karapace/core';

import type { Action, Invocation } from '../arguments/verb.ts';
import { textOf } from '../arguments/text-of.ts';
import type { Context } from '../context.ts';
import { countLockChanges, describeLockChanges, lockChangeRecord } from '../describe-lock-changes.ts';
import { listenForInterruption } from '../interruption.ts';
import { openQuietEngine } from '../open-engine.ts';
import { escapeField } from '../output/escape-controls.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { followProgress } from '../progress/follow-progress.ts';
import { tellStopped } from '../tell-stopped.ts';

/** `karapace add <package...>`. */
export const add: Action = ({ operands, options }, context) =>
  edit({ add: operands, list: options['gui'] === true ? 'gui' : 'system' }, options, context);

/** `karapace remove <package...>`. */
export const remove: Action = ({ operands, options }, context) => edit({ remove: operands }, options, context);

async function edit(
  wish: PackageWish,
  { manifest, offline }: Invocation['options'],
  context: Context,
): Promise<number> {
  const { directory, output } = context;
  const file = textOf(manifest);
  using interruption = listenForInterruption(output);
  try {
    await using engine = await openQuietEngine(context);
    using _progress = followProgress(engine.hooks, output);
    const options = { ...wish, directory, offline: offline === true, signal: interruption.signal };
    report(await engine.edit(file, options), context);
    return 0;
  } catch (error) {
    const signal = interruption.by();
    if (signal === undefined) throw error;
    const hint = 'The manifest and the lock are as they were; type the same command again.';
    return await tellStopped({ work: 'The change', hint }, signal, context);
  }
}

function report({ lockFile, changes, ...result }: EditResult, { output }: Context): void {
  const { manifest, status, added, removed } = result;
  if (output.json)
    output.printJson({
      format: JSON_FORMAT,
      ...{ status, manifest, added, removed },
      lock: { file: lockFile },
      changes: changes.map(lockChangeRecord),
    });
  else if (!output.quiet) output.print(describe({ lockFile, changes, ...result }, output.verbose));
}

function describe({ manifest, status, added, removed, changes }: EditResult, isVerbose: boolean): string {
  const file = escapeField(manifest);
  const edits = [...describeWords('Removed', removed, `from ${file}`), ...describeWords('Added', added, `to ${file}`)];
  const already = changes.length === 0 ? 'all of it already' : 'it; now the lock has it, too';
  const head = status === 'unchanged' ? [`${file} asks for ${already}.`] : edits;
  if (changes.length === 0) return [...head, 'The lock pins what it pinned before.'].join('\n');
  return [
    ...head,
    countLockChanges(changes),
    describeLockChanges(changes, isVerbose),
    'Next: karapace build   or karapace shell',
  ].join('\n');
}

function describeWords(done: string, words: readonly string[], where: string): readonly string[] {
  return words.length === 0 ? [] : [`${done} ${words.map(escapeField).join(', ')} ${where}`];
}
