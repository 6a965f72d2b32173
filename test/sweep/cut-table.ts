import { formatRow } from './sweep-table.ts';

/** One life that the power was cut under. */
export interface Cut {
  /** What it had reported. */
  readonly reports: readonly string[];
  /** What it had begun and not reported. */
  readonly within: readonly string[];
  /** The recovery was cut, too. */
  readonly isTwice: boolean;
  readonly problems: readonly string[];
}

/** A line for each kind of deed: how often it was reported before a cut, how often the cut came in the middle. */
export function formatCuts(cuts: readonly Cut[]): string {
  const deeds = new Set(cuts.flatMap(({ reports, within }) => [...reports, ...within]));
  const rows = [...deeds].toSorted().map((deed) => rowOf(deed, cuts, (each) => each === deed));
  const table = [['operation', 'reported', 'cut in it', 'failures'], ...rows, rowOf('all', cuts, () => true)];
  const twice = cuts.filter(({ isTwice }) => isTwice).length;
  return [...table.map(formatRow), `${twice} of the recoveries were cut in turn`].join('\n');
}

function rowOf(name: string, cuts: readonly Cut[], isOwn: (deed: string) => boolean): readonly string[] {
  const inside = cuts.filter(({ within }) => within.some(isOwn));
  const reported = cuts.flatMap(({ reports }) => reports.filter(isOwn));
  const failed = (name === 'all' ? cuts : inside).filter(({ problems }) => problems.length > 0);
  return [name, ...[reported.length, inside.length, failed.length].map(String)];
}
