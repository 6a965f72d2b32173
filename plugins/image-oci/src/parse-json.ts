import type { z } from 'zod';

export type Parsed<T> = { readonly data: T } | { readonly problem: string; readonly cause?: unknown };

/** Reads JSON of a known form; says what is wrong with other bytes. */
export function parseJson<Schema extends z.ZodType>(schema: Schema, bytes: Uint8Array): Parsed<z.infer<Schema>> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    return { problem: 'no JSON', cause };
  }
  const result = schema.safeParse(json);
  if (result.success) return { data: result.data };
  const [issue] = result.error.issues;
  const key = issue?.path.map(printKey).join('.') ?? '';
  return { problem: key === '' ? `${issue?.message}` : `\`${key}\`: ${issue?.message}` };
}

/** Keys of a table are whatever somebody wrote. */
function printKey(key: PropertyKey): string {
  return /^[\w-]{1,40}$/u.test(String(key)) ? String(key) : '…';
}
