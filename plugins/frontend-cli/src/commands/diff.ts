import type { TreeChange } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import { openEngine } from '../open-engine.ts';
import { escapeField } from '../output/escape-controls.ts';
import { formatBytes, formatCount } from '../output/format-quantity.ts';
import { formatTable } from '../output/format-table.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { whichEnvironment } from '../which-environment.ts';

/** `karapace diff <env>`. */
export const diff: Action = async ({ operands: [named] }, context) => {
  await using engine = await openEngine(context);
  const reference = await whichEnvironment(named, engine, context);
  const changes = await engine.diff(reference);
  const { output } = context;
  if (output.json) output.printJson({ format: JSON_FORMAT, changes });
  else if (changes.length === 0) output.note('Nothing was changed inside.');
  else output.print(describe(changes));
  return 0;
};

function describe(changes: readonly TreeChange[]): string {
  const count = (kind: TreeChange['change']) => changes.filter(({ change }) => change === kind).length;
  const summary = `${count('added')} added, ${count('modified')} modified, ${count('removed')} removed`;
  return `${formatTable(changes.map(describeRow))}\n${summary}`;
}

const SIGNS = { added: '+', modified: '~', removed: '-' } as const;

function describeRow(change: TreeChange): string[] {
  const { path, type } = change;
  const name = type === 'directory' && path !== '/' ? `${path}/` : path;
  return [SIGNS[change.change], change.change, sizeOf(change), escapeField(name), noteOn(change)];
}

/** What came, what there is now, or what went. */
function sizeOf({ change, type, bytes, bytesBefore }: TreeChange): string {
  if (change === 'removed') return bytesBefore === 0 && type !== 'file' ? '' : `-${formatBytes(bytesBefore ?? 0)}`;
  return type === 'file' ? formatBytes(bytes ?? 0) : '';
}

function noteOn({ change, type, parts, entries, bytes, bytesBefore }: TreeChange): string {
  if (change === 'removed') return entries !== undefined && entries > 1 ? `with ${formatCount(entries, 'entry')}` : '';
  if (parts === undefined) return type === 'file' || type === 'directory' ? '' : type;
  const grown = bytes === bytesBefore || bytesBefore === undefined ? '' : ` (was ${formatBytes(bytesBefore)})`;
  return `${parts.join(', ')}${grown}`;
}
