import type { Goal, Row } from './verdict.ts';

const HEADINGS = ['what', 'who', 'median', 'fastest', 'karapace is', 'goal', ''] as const;

/** Rows as text, one line each, columns aligned. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [HEADINGS, ...rows.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cells({ group, name, median, fastest, ratio, goal, unit }: Row): readonly string[] {
  const value = unit === undefined ? duration : (number: number) => `${number.toFixed(0)} ${unit}`;
  return [
    group,
    name,
    value(median),
    value(fastest),
    factor(ratio),
    goal?.text ?? '',
    goal === null ? '' : verdict(goal),
  ];
}

function duration(milliseconds: number): string {
  return milliseconds < 10_000
    ? `${milliseconds.toFixed(milliseconds < 100 ? 1 : 0)} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}

function factor(ratio: number | null): string {
  return ratio === null ? '' : `${ratio.toFixed(2)} x`;
}

function verdict({ met, floor }: Goal): string {
  if (met) return 'met';
  return floor === true ? 'NOT MET, but what must be is' : 'NOT MET';
}
