import type { Snapshot } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import { openEngine } from '../open-engine.ts';
import { escapeField } from '../output/escape-controls.ts';
import { formatBytes } from '../output/format-quantity.ts';
import { formatTable } from '../output/format-table.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { shortSnapshot, snapshotRecord } from '../snapshot-record.ts';

/** `karapace snapshots <env>`. */
export const snapshots: Action = async ({ operands: [reference = ''] }, context) => {
  await using engine = await openEngine(context);
  const found = await engine.snapshots(reference);
  const { output } = context;
  if (output.json) {
    output.printJson(found.map((snapshot) => ({ format: JSON_FORMAT, ...snapshotRecord(snapshot) })));
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
