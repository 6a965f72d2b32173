import { printValue, type ValueOptions } from './contrast.ts';

/** What an input is made of. */
export interface Items {
  /** Before the items: how many there are. */
  readonly lead: string;
  readonly items: readonly string[];
}

/** The items of a list or a table; of any other value, and of one command's words, the value as one item. */
export function listItems(value: unknown, options: ValueOptions): Items {
  const items = itemsOf(value, options);
  return { lead: items.length > 1 ? `${items.length}: ` : '', items };
}

function itemsOf(value: unknown, options: ValueOptions): readonly string[] {
  if (typeof value !== 'object' || value === null || isCommand(value)) return [printValue(value, options)];
  if (Array.isArray(value)) return value.map((item) => printItem(item, options));
  return Object.entries(value).map(([key, each]) => `${key}=${printValue(each, options)}`);
}

function isCommand(value: object): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}

function printItem(item: unknown, options: ValueOptions): string {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return printValue(item, options);
  return Object.entries(item)
    .map(([field, value]) => `${field} ${printValue(value, options)}`)
    .join(', ');
}
