/** Neighbouring items of one list that stand where those of another stand. */
export interface ListGap {
  /** Where it begins in either list. */
  readonly before: number;
  readonly after: number;
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

/** Comparisons of items that are worth their time; longer lists are one gap from the first difference to the last. */
const MAX_COMPARISONS = 1_000_000;

/** Where two lists differ, with as much as possible kept between the gaps. Pure. */
export function alignLists(before: readonly string[], after: readonly string[]): readonly ListGap[] {
  const start = countSame(before, after);
  const end = countSame(before.slice(start).toReversed(), after.slice(start).toReversed());
  const gone = before.slice(start, before.length - end);
  const come = after.slice(start, after.length - end);
  if (gone.length === 0 && come.length === 0) return [];
  const whole = { before: start, after: start, gone, come };
  return gone.length * come.length > MAX_COMPARISONS ? [whole] : splitGap(whole);
}

/** How many items are the same from the front. */
function countSame(before: readonly string[], after: readonly string[]): number {
  const other = before.findIndex((item, index) => item !== after[index]);
  return other === -1 ? before.length : other;
}

/** Splits a gap at the longest common subsequence. */
function splitGap({ before, after, gone, come }: ListGap): readonly ListGap[] {
  const lengths = commonLengths(gone, come);
  const at = (left: number, right: number): number => lengths[left * (come.length + 1) + right] ?? 0;
  const gaps: ListGap[] = [];
  let [left, right] = [0, 0];
  let [goneFrom, comeFrom] = [0, 0];
  const close = (): void => {
    if (left === goneFrom && right === comeFrom) return;
    gaps.push({
      before: before + goneFrom,
      after: after + comeFrom,
      gone: gone.slice(goneFrom, left),
      come: come.slice(comeFrom, right),
    });
  };
  while (left < gone.length && right < come.length) {
    if (gone[left] === come[right]) {
      close();
      [left, right] = [left + 1, right + 1];
      [goneFrom, comeFrom] = [left, right];
    } else if (at(left + 1, right) >= at(left, right + 1)) left += 1;
    else right += 1;
  }
  [left, right] = [gone.length, come.length];
  close();
  return gaps;
}

/** For each pair of places: how many items the rests of both lists can have in common, in order. */
function commonLengths(gone: readonly string[], come: readonly string[]): Uint32Array {
  const width = come.length + 1;
  const lengths = new Uint32Array((gone.length + 1) * width);
  for (let left = gone.length - 1; left >= 0; left -= 1) {
    for (let right = come.length - 1; right >= 0; right -= 1) {
      const below = lengths[(left + 1) * width + right] ?? 0;
      const beside = lengths[left * width + right + 1] ?? 0;
      const beyond = lengths[(left + 1) * width + right + 1] ?? 0;
      lengths[left * width + right] = gone[left] === come[right] ? beyond + 1 : Math.max(below, beside);
    }
  }
  return lengths;
}
