type Fields = Readonly<Record<string, unknown>>;

/** One line per key; TOML has no `null`, so what is `null` is left out. Lists stand one item per line. */
export function printTable(fields: Fields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${printKey(key)} = ${printValue(value)}`)
    .join('\n');
}

/** `{ key = "text", other = ["a", "b"] }`; what is `null` is left out. */
export function printInlineTable(fields: Fields): string {
  return `{ ${printPairs(fields).join(', ')} }`;
}

/** `key = ["a", "b"]` for each key, on one line each; what is `null` is left out. */
export function printPairs(fields: Fields): readonly string[] {
  return Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${printKey(key)} = ${printInline(value)}`);
}

/** An inline table stands on one line. */
function printInline(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(printValue).join(', ')}]` : printValue(value);
}

/** One printed item per line. */
export function printList(items: readonly string[]): string {
  return items.length === 0 ? '[]' : `[\n${items.map((item) => `  ${item},\n`).join('')}]`;
}

function printKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : printText(key);
}

function printValue(value: unknown): string {
  if (typeof value === 'string') return printText(value);
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return printList(value.map(printValue));
  throw new TypeError(`A lock cannot hold a ${typeof value}`);
}

/** JSON's escapes are TOML's, but for the one control character that JSON leaves as it is. */
function printText(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('TOML cannot hold text with a lone surrogate');
  return JSON.stringify(text).replaceAll('\u007F', '\\u007F');
}
