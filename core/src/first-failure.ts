/** What went wrong first, where clearing up after it went wrong as well: the rest follows from it. */
export function firstFailure(error: unknown): unknown {
  let first = error;
  while (first instanceof Error && first.name === 'SuppressedError' && 'suppressed' in first) first = first.suppressed;
  return first;
}
