import type { CommitResult } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import { textOf } from '../arguments/text-of.ts';
import { openEngine } from '../open-engine.ts';
import { escapeField } from '../output/escape-controls.ts';
import { formatBytes, formatCount } from '../output/format-quantity.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { shortSnapshot, snapshotRecord } from '../snapshot-record.ts';
import { whichEnvironment } from '../which-environment.ts';

/** `karapace commit <env>`. */
export const commit: Action = async ({ operands: [named], options: { message } }, context) => {
  await using engine = await openEngine(context);
  const reference = await whichEnvironment(named, engine, context);
  const result = await engine.commit(reference, textOf(message));
  const { output } = context;
  for (const path of result.skipped)
    output.note(`Left out the socket ${escapeField(path)}: it means nothing without its process.`);
  if (output.json) output.printJson({ format: JSON_FORMAT, ...record(result) });
  else output.print(output.quiet ? shortSnapshot(result.snapshot) : describe(result, reference));
  return 0;
};

function record({ snapshot, isNew, skipped }: CommitResult): object {
  const { snapshot_id: snapshot_hash } = snapshot;
  return { snapshot_hash, ...snapshotRecord(snapshot), status: isNew ? 'committed' : 'unchanged', skipped };
}

function describe({ snapshot, isNew }: CommitResult, reference: string): string {
  const id = shortSnapshot(snapshot);
  const size = `${formatCount(snapshot.entries, 'entry')}, ${formatBytes(snapshot.bytes)}`;
  const head = isNew ? `Committed ${id} (${size}).` : `Nothing changed: ${id} holds the same (${size}).`;
  return `${head}\nGo back to it: karapace restore ${escapeField(reference)} ${id}`;
}
