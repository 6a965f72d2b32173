import type { Environment, ExplainedEnvironment, ExplainedLayer } from '@karapace/core';

import { describeEnvironment } from '../describe-environment.ts';
import { escapeField } from '../output/escape-controls.ts';
import { formatBytes, formatCount } from '../output/format-quantity.ts';
import { formatTable } from '../output/format-table.ts';
import { printValue, type ValueOptions } from './contrast.ts';
import { listItems, type Items } from './list-items.ts';
import { isArchiveList, listPackages } from './list-packages.ts';
import { nameAll } from './name-input.ts';

/** Items of one input that are named where not all of them are asked for. */
const FEW = 4;

/** What people read of an environment: of each layer what its key was made of. */
export function describeInputs({ environment, layers }: ExplainedEnvironment, options: ValueOptions): string {
  const blocks = layers.map((layer) => describeLayer(layer, environment.lock, options));
  return [`${describeEnvironment(environment)}, bottom first:`, ...blocks].join('\n\n');
}

function describeLayer(layer: ExplainedLayer, lock: Environment['lock'], options: ValueOptions): string {
  const { name, key, tree, entries, bytes, definition } = layer;
  const { kind, ids, inputs } = definition;
  const size = `${formatCount(entries, 'entry')}, ${formatBytes(bytes)}`;
  const facts: readonly (readonly [string, Items])[] = [
    ...(options.whole ? [fact('key', key), fact('tree', tree)] : []),
    fact('kind', kind),
    fact('user ids', ids),
    // A knob: what an image is called decides nothing of its bytes.
    ...(kind === 'base' ? [fact('image', lock.base.reference)] : []),
    ...Object.entries(inputs).map(
      ([input, value]) =>
        [
          nameAll(input, kind),
          isArchiveList(value) ? listPackages(value, lock, options) : listItems(value, options),
        ] as const,
    ),
    ['stands on', listParents(layer, options)],
  ];
  const rows = facts.flatMap(([label, items]) => layOut(label, items, options));
  const table = formatTable(rows.map((row) => row.map(escapeField)));
  return `${escapeField(name)}  ${key.slice(0, 12)}  (${size})\n${table}`;
}

function fact(label: string, text: string): readonly [string, Items] {
  return [label, { lead: '', items: [text] }];
}

function listParents({ parents }: ExplainedLayer, options: ValueOptions): Items {
  const items = parents.map(({ name, tree }) => `${name ?? '?'} (tree ${printValue(tree, options)})`);
  return { lead: '', items };
}

/** One row; where everything is asked for, one for each item. */
function layOut(label: string, { lead, items }: Items, { whole }: ValueOptions): readonly (readonly string[])[] {
  const name = `  ${label}`;
  if (items.length === 0) return [[name, 'nothing']];
  if (whole) return items.map((item, index) => [index === 0 ? name : '', item]);
  const more = items.length > FEW ? ', …' : '';
  return [[name, `${lead}${items.slice(0, FEW).join(', ')}${more}`]];
}
