import type { SourcePlace } from '../errors.ts';

/** Keys and list indices from the top of a manifest to a value in it. */
export type DataPath = readonly (string | number)[];

/** The file a manifest was read from, and where in it things stand. */
export interface ManifestSource {
  readonly file: string;
  /**
   * Where a key, or its value, stands; `undefined` where that is unknown, as in a config module.
   * Of a key that is not there, the nearest table around it.
   */
  locate(path: DataPath, part: 'key' | 'value'): SourcePosition | undefined;
}

/** Lines and columns count from 1. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** A source without positions: a config module, or a manifest made by a program. */
export function sourceWithoutPositions(file: string): ManifestSource {
  return { file, locate: () => undefined };
}

export function placeOf(source: ManifestSource, path: DataPath, part: 'key' | 'value'): SourcePlace {
  return { file: source.file, ...source.locate(path, part) };
}

/** `["mounts", "a b", 2]` gives `mounts."a b"[2]`. */
export function printPath(path: DataPath): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${printKey(step)}`))
    .join('');
}

function printKey(key: string): string {
  return /^[A-Za-z0-9_$-]+$/.test(key) ? key : JSON.stringify(key);
}

const MAX_SHOWN = 80;

/** A value for a message: short, and without what could confuse a terminal. */
export function printValue(value: unknown): string {
  if (value === '') return 'an empty text';
  if (typeof value === 'string') return `\`${shorten(printable(value))}\``;
  if (typeof value === 'number' || typeof value === 'boolean') return `\`${value}\``;
  if (value === null || value === undefined) return String(value);
  if (value instanceof Date) return 'a date';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a table' : `a ${typeof value}`;
}

/** The same with its type, for where the type is what is wrong. */
export function printTypedValue(value: unknown): string {
  const shown = printValue(value);
  if (!shown.startsWith('`')) return shown;
  return `the ${typeof value === 'string' ? 'text' : typeof value} ${shown}`;
}

function printable(text: string): string {
  const withoutCredentials = text.replace(/(\/\/)[^/@\s]*@/g, '$1***@');
  return JSON.stringify(withoutCredentials).slice(1, -1).replaceAll('\u007F', '\\u007f').replaceAll('`', "'");
}

function shorten(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 3)}...`;
}
