/** The value of an option that takes one; `undefined` where it was not given. */
export function textOf(value: string | true | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
