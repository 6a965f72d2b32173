import type { LayerGraph } from '@karapace/core';

import { formatTable } from '../output/format-table.ts';
import { describeGraph, describeNode } from './describe-node.ts';
import { drawLanes, NODE_MARK } from './draw-lanes.ts';

/** What was not built but found in the store. */
const REUSED_MARK = '○';

/** The layers of an environment as text, the base at the bottom. */
export function drawText(graph: LayerGraph): string {
  const rows = drawLanes(graph.layers).map(({ drawing, node }) => {
    if (node === undefined) return [drawing];
    const { name, size, build } = describeNode(node);
    const mark = node.lastBuild === 'reused' ? REUSED_MARK : NODE_MARK;
    return [drawing.replace(NODE_MARK, mark), name, size, build];
  });
  return `${describeGraph(graph)}\n\n${formatTable(padded(rows))}`;
}

/** A table's first row says how many columns it has. */
function padded(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const columns = Math.max(...rows.map(({ length }) => length));
  return rows.map((row) => Array.from({ length: columns }, (_, column) => row[column] ?? ''));
}
