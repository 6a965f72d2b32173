import { z } from 'zod';

/*
 * Every message here is the end of a sentence that starts "`key` must be".
 * zod takes long to load: import this file from schemas alone.
 */

export const TABLE = 'a table';

export const flag = z.boolean('`true` or `false`');

export function text(expected: string) {
  return z
    .string(expected)
    .refine((value) => value.isWellFormed(), { error: 'text without lone surrogates', abort: true });
}

export function integer(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`;
  return z.int(expected).min(min, expected).max(max, expected);
}
