import type { Measurement } from './measure.ts';

/** What a line of the table says about one contender. */
export interface Row extends Measurement {
  readonly group: string;
  /** Karapace's median over this contender's; `null` on Karapace's own line. */
  readonly ratio: number | null;
  /** `null` where nothing is promised. */
  readonly goal: Goal | null;
}

export interface Goal {
  readonly text: string;
  readonly met: boolean;
}

/** Decides whether a comparison went as promised. */
export type Judge = (ratio: number) => Goal;

export function below(limit: number): Judge {
  return (ratio) => ({ text: `ratio < ${limit}`, met: ratio < limit });
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
    return { ...peer, group, ratio, goal: goals[peer.name]?.(ratio) ?? null };
  });
  return [{ ...own, group, ratio: null, goal: null }, ...rows];
}
