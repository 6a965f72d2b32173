import type { InputDifference } from '@karapace/core';

import { escapeField } from '../output/escape-controls.ts';
import { contrast, printValue, type ValueOptions } from './contrast.ts';
import { nameInput } from './name-input.ts';

export interface DifferenceOptions extends ValueOptions {
  /** Of the layer: archives of a layer of packages are packages. */
  readonly kind: string;
}

const SIGNS = { added: '+', removed: '-', changed: '~', moved: '~' } as const;

/** One difference on one line, with the sign that `karapace diff` has for it: `~ package git amd64 2.47.1 → 2.47.2`. */
export function describeDifference(difference: InputDifference, options: DifferenceOptions): string {
  return `${SIGNS[difference.change]} ${phraseDifference(difference, options)}`;
}

/** The same within a sentence, without a sign. */
export function phraseDifference({ path, change, before, after }: InputDifference, options: DifferenceOptions): string {
  const name = escapeField(nameInput(options.whole ? path : shortPath(path, after ?? before), options.kind));
  switch (change) {
    case 'moved':
      return `${name}: in another order`;
    case 'added':
      return `${name} ${printItem(after, options)}`.trimEnd();
    case 'removed':
      return `${name} ${printItem(before, options)}`.trimEnd();
    case 'changed':
      return `${name} ${contrastItems(before, after, options)}`;
  }
}

/** An item's own name, without what tells it from those of other architectures. */
function shortPath(path: InputDifference['path'], item: unknown): InputDifference['path'] {
  return isData(item) && typeof item['name'] === 'string' ? path.with(-1, item['name']) : path;
}

type Data = Readonly<Record<string, unknown>>;

/** Fields that are in the item's name already. */
const NAMING = ['name', 'arch', 'path', 'target'];

function printItem(value: unknown, options: ValueOptions): string {
  if (!isData(value)) return printValue(value, options);
  const fields = Object.entries(value).filter(([field]) => !NAMING.includes(field));
  const shown = options.whole || !('version' in value) ? fields : fields.filter(([field]) => field === 'version');
  return shown.map(([field, each]) => `${prefix(field)}${printValue(each, options)}`).join(', ');
}

function contrastItems(before: unknown, after: unknown, options: ValueOptions): string {
  if (!isData(before) || !isData(after)) return contrast(before, after, options);
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  const ordered = fields.toSorted((left, right) => Number(right === 'version') - Number(left === 'version'));
  // Another version has another sha256 and another file, too.
  const shown = ordered[0] === 'version' && !options.whole ? ['version'] : ordered;
  return shown
    .map((field) => `${prefix(field)}${contrast(before[field] ?? null, after[field] ?? null, options)}`)
    .join(', ');
}

function prefix(field: string): string {
  return field === 'version' ? '' : `${escapeField(field)} `;
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
