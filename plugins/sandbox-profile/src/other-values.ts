/** Numbers that are `equals` once the bits outside of `mask` are dropped; both of 32 bits. */
export interface Block {
  readonly mask: number;
  readonly equals: number;
}

/**
 * The fewest blocks that hold every number from 0 to below `end` except these: filters can compare bits, and have no "none of".
 *
 * @param end a power of two, at most 2 ** 32
 */
export function othersThan(values: readonly number[], end: number): readonly Block[] {
  return split(values, { start: 0, size: end });
}

interface Range {
  readonly start: number;
  readonly size: number;
}

function split(values: readonly number[], { start, size }: Range): readonly Block[] {
  const inside = values.filter((value) => value >= start && value < start + size);
  if (inside.length === 0) return [{ mask: 2 ** 32 - size, equals: start }];
  if (size === 1) return [];
  const half = size / 2;
  return [...split(inside, { start, size: half }), ...split(inside, { start: start + half, size: half })];
}
