import type { GraphLayer } from '@karapace/core';

type Node = Pick<GraphLayer, 'name' | 'parents'>;

/** One line of a drawing. */
export interface LaneRow<T extends Node> {
  readonly drawing: string;
  /** The node whose line it is; `undefined` where lines only meet and part. */
  readonly node: T | undefined;
}

export const NODE_MARK = '●';

/** What each column leads down to; `undefined` where it is free. */
type Lanes = (string | undefined)[];

/**
 * Draws a DAG in columns, the top first: each node has a line of its own, and lines lead down to its parents. Pure.
 *
 * @param nodes bottom first: no node before one of its parents
 */
export function drawLanes<T extends Node>(nodes: readonly T[]): readonly LaneRow<T>[] {
  const lanes: Lanes = [];
  const rows: LaneRow<T>[] = [];
  for (const node of nodes.toReversed()) {
    const lines = drawRow(lanes, () => undefined);
    const { column, meeting } = enter(node.name, lanes);
    if (meeting !== undefined) rows.push({ drawing: meeting, node: undefined });
    else if (rows.at(-1)?.node !== undefined) rows.push({ drawing: lines, node: undefined });
    rows.push({ drawing: drawRow(lanes, (at) => (at === column ? NODE_MARK : undefined)), node });
    const parting = leave(node.parents, column, lanes);
    if (parting !== undefined) rows.push({ drawing: parting, node: undefined });
  }
  return rows.map(({ drawing, node }) => ({ drawing: drawing.trimEnd(), node }));
}

/** The column of a node: all lines that lead to it meet there. */
function enter(name: string, lanes: Lanes): { readonly column: number; readonly meeting: string | undefined } {
  const columns = [...lanes.keys()].filter((at) => lanes[at] === name);
  const column = columns[0] ?? freeColumn(lanes, 0);
  lanes[column] = name;
  const meeting = columns.length > 1 ? drawBend(lanes, columns, { middle: '┴', last: '╯' }) : undefined;
  for (const other of columns.slice(1)) lanes[other] = undefined;
  while (lanes.length > 0 && lanes.at(-1) === undefined) lanes.pop();
  return { column, meeting };
}

/** Leads the column on to the first parent, and new columns to the others. */
function leave([first, ...others]: readonly string[], column: number, lanes: Lanes): string | undefined {
  lanes[column] = first;
  const columns = others.map((parent) => {
    const free = freeColumn(lanes, column + 1);
    lanes[free] = parent;
    return free;
  });
  return columns.length === 0 ? undefined : drawBend(lanes, [column, ...columns], { middle: '┬', last: '╮' });
}

function freeColumn(lanes: Lanes, from: number): number {
  for (let at = from; at < lanes.length; at += 1) if (lanes[at] === undefined) return at;
  return lanes.length;
}

/** A line from the first of some columns to the others. */
function drawBend(lanes: Lanes, columns: readonly number[], ends: { middle: string; last: string }): string {
  const first = Math.min(...columns);
  const last = Math.max(...columns);
  return drawRow(
    lanes,
    (at) => {
      if (at === first) return '├';
      if (at === last) return ends.last;
      if (at < first || at > last) return undefined;
      if (columns.includes(at)) return ends.middle;
      return lanes[at] === undefined ? '─' : '┼';
    },
    (at) => at >= first && at < last,
  );
}

function drawRow(
  lanes: Lanes,
  mark: (column: number) => string | undefined,
  isBridged: (column: number) => boolean = () => false,
): string {
  return Array.from(
    lanes,
    (lane, at) => `${mark(at) ?? (lane === undefined ? ' ' : '│')}${isBridged(at) ? '─' : ' '}`,
  ).join('');
}
