import type { Snapshot } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import { environmentRecord } from '../environment-record.ts';
import { openEngine } from '../open-engine.ts';
import { escapeField } from '../output/escape-controls.ts';
import { formatBytes } from '../output/format-quantity.ts';
import { formatTable } from '../output/format-table.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { shortSnapshot, snapshotRecord } from '../snapshot-record.ts';
import { whichEnvironment } from '../which-environment.ts';

/** `karapace snapshots <env>`. */
export const snapshots: Action = async ({ operands: [named] }, context) => {
  await using engine = await openEngine(context);
  const reference = await whichEnvironment(named, engine, context);
  const found = await engine.snapshots(reference);
  const { output } = context;
  if (output.json) {
    const environment = environmentRecord(await engine.inspect(reference));
    output.printJson({ format: JSON_FORMAT, ...environment, snapshots: found.map(snapshotRecord) });
  } else if (found.length === 0) {
    output.note(`There is no snapshot yet. Make one: \`karapace commit ${escapeField(reference)}\`.`);
  } else {
    output.print(formatTable([['SNAPSHOT', 'COMMITTED', 'SIZE', 'MESSAGE'], ...found.map(describeRow)]));
  }
  return 0;
};

function describeRow(snapshot: Snapshot): string[] {
  const { created_at, bytes, message } = snapshot;
  const cells = [
    shortSnapshot(snapshot),
    created_at.slice(0, 16).replace('T', ' '),
    formatBytes(bytes),
    message ?? '-',
  ];
  return cells.map(escapeField);
}
