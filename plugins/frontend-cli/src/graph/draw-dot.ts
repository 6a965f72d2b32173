import type { GraphLayer, LayerGraph } from '@karapace/core';

import { describeGraph, describeNode } from './describe-node.ts';
import { COLOURS } from './colours.ts';

/**
 * The layers of an environment in the language of Graphviz, the base at the bottom.
 *
 * Source of the format: https://graphviz.org/doc/info/lang.html
 */
export function drawDot(graph: LayerGraph): string {
  const { layers } = graph;
  const ids = new Map(layers.map(({ name }, index) => [name, `layer${index}`]));
  const edges = layers.flatMap(({ name, parents }) => parents.map((parent) => [ids.get(name), ids.get(parent)]));
  return [
    'digraph karapace {',
    `  label="${escapeLabel(describeGraph(graph))}"; labelloc=t; fontname="sans-serif";`,
    '  node [shape=box, style="rounded,filled", fontname="sans-serif", margin="0.2,0.12"];',
    '  edge [color="#8a94a6"];',
    ...layers.map((layer) => `  ${ids.get(layer.name)} ${describeAttributes(layer)};`),
    ...edges.map((edge) => `  ${edge.join(' -> ')};`),
    '}',
  ].join('\n');
}

function describeAttributes(layer: GraphLayer): string {
  const { name, kind, size, build } = describeNode(layer);
  const lines = [name, ...(kind === name ? [] : [kind]), size, ...(build === '' ? [] : [build])];
  const { fill, line } = COLOURS[layer.lastBuild ?? 'unknown'];
  const label = lines.map(escapeLabel).join(String.raw`\n`);
  return `[label="${label}", fillcolor="${fill}", color="${line}"]`;
}

/** In labels `\N` and the like stand for something else, and `&` begins an entity. */
function escapeLabel(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('&', '&amp;')
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`);
}
