import type { Found } from './found.ts';

/**
 * What two looks say alike, once for each file, by file: what was being changed during one of them is no damage. The
 * second look's words count.
 */
export function confirm(first: readonly Found[], second: readonly Found[]): readonly Found[] {
  const before = new Set(first.map(({ file }) => file));
  const found = new Map<string, Found>();
  for (const each of second) {
    if (before.has(each.file) && !found.has(each.file)) found.set(each.file, each);
  }
  return [...found.values()].toSorted((left, right) => (left.file < right.file ? -1 : 1));
}
