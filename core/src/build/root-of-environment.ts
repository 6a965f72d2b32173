import type { OpenEnvironment } from '../contracts/environment-store.ts';

/** What a frozen environment's upper holds shows as one more layer, and nothing is written to it. */
export function rootOf(
  { frozen, upper, work }: Pick<OpenEnvironment, 'frozen' | 'upper' | 'work'>,
  lower: readonly string[],
) {
  if (frozen) return { lower: [upper, ...lower], upper: { kind: 'discard' } as const };
  return { lower, upper: { kind: 'directory', directory: upper, work } as const };
}
