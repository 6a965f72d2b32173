import { escapeField } from '../output/escape-controls.ts';
import { quoteCommand } from '../output/quote-command.ts';

const LONGEST = 60;
const DIGEST = /^[0-9a-f]{64}$/u;
const DIGITS = 12;

export interface ValueOptions {
  /** Print values as they are, however long. */
  readonly whole: boolean;
}

/** One value of plain JSON data, on one line. */
export function printValue(value: unknown, { whole }: ValueOptions): string {
  const text = textOf(value);
  if (whole) return escapeField(text);
  if (DIGEST.test(text)) return text.slice(0, DIGITS);
  return escapeField(shorten(text));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return quoteCommand(value);
  return JSON.stringify(value);
}

function shorten(text: string): string {
  const letters = Array.from(text);
  return letters.length <= LONGEST ? text : `${letters.slice(0, LONGEST - 1).join('')}…`;
}

/** Two values that differ; of long ones the part where they begin to: `line 4: old → new`. */
export function contrast(before: unknown, after: unknown, options: ValueOptions): string {
  const [was, is] = [textOf(before), textOf(after)];
  const isLong = was.length > LONGEST || is.length > LONGEST || `${was}${is}`.includes('\n');
  if (options.whole || DIGEST.test(was) || !isLong) return arrow(was, is, options);
  const [left, right] = [was.split('\n'), is.split('\n')];
  const line = left.findIndex((text, index) => text !== right[index]);
  const at = line === -1 ? left.length : line;
  const [old, fresh] = [left[at], right[at]].map((text) => text ?? '(end)');
  const place = Math.max(left.length, right.length) > 1 ? `line ${at + 1}: ` : '';
  return `${place}${arrow(...fromDifference(old ?? '', fresh ?? ''), options)}`;
}

function arrow(before: string, after: string, options: ValueOptions): string {
  return `${printValue(before, options)} → ${printValue(after, options)}`;
}

/** What is the same at the front of long lines is left out, but for a little. */
function fromDifference(before: string, after: string): [string, string] {
  const [left, right] = [Array.from(before), Array.from(after)];
  const first = left.findIndex((letter, index) => letter !== right[index]);
  const start = (first === -1 ? left.length : first) - LONGEST / 4;
  if (start <= 0 || Math.max(left.length, right.length) <= LONGEST) return [before, after];
  return [`…${left.slice(start).join('')}`, `…${right.slice(start).join('')}`];
}
