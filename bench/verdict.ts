import type { Measurement } from './measure.ts';

/** What a line of the table says about one contender. */
export interface Row extends Measurement {
  readonly group: string;
  /** What is measured. Default: milliseconds. */
  readonly unit?: 'MB' | undefined;
  /** Karapace's median over this contender's; `null` on Karapace's own line. */
  readonly ratio: number | null;
  /** `null` where nothing is promised. */
  readonly goal: Goal | null;
}

export interface Goal {
  readonly text: string;
  readonly met: boolean;
  /** Whether what must be is met, where the goal asks for more. */
  readonly floor?: boolean | undefined;
}

/** Decides whether a comparison went as promised; the medians are Karapace's and the other's. */
export type Judge = (ratio: number, own: number, peer: number) => Goal;

export function below(limit: number): Judge {
  return (ratio) => ({ text: `ratio < ${limit}`, met: ratio < limit });
}

/** @param floor what must be, where the goal is more than that */
export function atMost(limit: number, floor?: number): Judge {
  return (ratio) => judge({ limit, floor, value: ratio, text: (of) => `ratio ≤ ${of.toFixed(2)}` });
}

/** Milliseconds more than the other. */
export function within(limit: number, floor: number): Judge {
  return (_, own, peer) => judge({ limit, floor, value: own - peer, text: (of) => `≤ ${of} ms more` });
}

/** Of a value by itself. */
export function noMore(value: number, limit: number, floor?: number): Goal {
  return judge({ limit, floor, value, text: (of) => `≤ ${of} MB` });
}

interface Judging {
  readonly value: number;
  readonly limit: number;
  readonly floor: number | undefined;
  readonly text: (limit: number) => string;
}

function judge({ value, limit, floor, text }: Judging): Goal {
  const met = value <= limit;
  return floor === undefined
    ? { text: text(limit), met }
    : { text: `${text(limit)} (must ${floor})`, met, floor: value <= floor };
}

/** Compares the first measurement, Karapace's, with each of the others. */
export function compare(
  group: string,
  measurements: readonly Measurement[],
  goals: Readonly<Record<string, Judge>>,
): readonly Row[] {
  const [own, ...peers] = measurements;
  if (own === undefined) return [];
  const rows = peers.map((peer): Row => {
    const ratio = own.median / peer.median;
    return { ...peer, group, ratio, goal: goals[peer.name]?.(ratio, own.median, peer.median) ?? null };
  });
  return [{ ...own, group, ratio: null, goal: null }, ...rows];
}
