import type { GraphLayer, LayerGraph } from '@karapace/core';

import { COLOURS } from './colours.ts';
import { describeGraph, describeNode } from './describe-node.ts';
import { escapeXml } from './escape-xml.ts';
import { layOutGraph, type Point } from './layout-graph.ts';

const SIZES = { width: 240, height: 92, columnGap: 36, rowGap: 48 };
const MARGIN = 32;
const HEAD = 44;
const LEGEND = 44;
/** Of what is between the margins: the legend needs it. */
const NARROWEST = 380;
/** Letters that fit into a box; which font it will be is known to nobody here. */
const FITS = { name: 22, kind: 5, text: 32 };

/** The layers of an environment as one SVG without scripts, fonts or anything else from elsewhere, the base at the bottom. */
export function drawSvg(graph: LayerGraph): string {
  const { layers } = graph;
  const layout = layOutGraph(layers, SIZES);
  const title = describeGraph(graph);
  const width = Math.ceil(Math.max(layout.width, NARROWEST) + 2 * MARGIN);
  const height = Math.ceil(HEAD + layout.height + LEGEND + 2 * MARGIN);
  const left = (width - layout.width) / 2;
  const place = ({ x, y }: Point): Point => ({ x: round(left + x), y: round(MARGIN + HEAD + y) });
  const boxes = layers.flatMap((layer) => {
    const centre = layout.nodes.get(layer.name);
    return centre === undefined ? [] : [drawBox(layer, place(centre))];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    STYLE,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text class="title" x="${MARGIN}" y="${MARGIN + 8}">${escapeXml(fit(title, Math.floor((width - 2 * MARGIN) / 8)))}</text>`,
    ...layout.edges.map((points) => drawEdge(points.map(place))),
    ...boxes,
    drawLegend(layers, height - MARGIN),
    '</svg>',
  ].join('\n');
}

const STYLE = `<style>
text { font-family: system-ui, "DejaVu Sans", "Segoe UI", sans-serif; font-size: 12px; fill: #4a5568; }
.title { font-size: 14px; font-weight: 600; fill: #1a202c; }
.name { font-size: 15px; font-weight: 600; fill: #1a202c; }
.kind { text-anchor: end; fill: #718096; }
.edge { fill: none; stroke: #a0aec0; stroke-width: 1.6; }
</style>`;

function drawBox(layer: GraphLayer, { x, y }: Point): string {
  const { name, kind, size, build } = describeNode(layer);
  const state = layer.lastBuild ?? 'unknown';
  const { fill, line } = COLOURS[state];
  const [left, top] = [x - SIZES.width / 2, y - SIZES.height / 2];
  const inner = left + 20;
  const parts = [
    `<title>${escapeXml(`${name}: ${kind}, ${size}${build === '' ? '' : `, ${build}`}\nkey ${layer.key}\ntree ${layer.tree}`)}</title>`,
    `<rect x="${left}" y="${top}" width="${SIZES.width}" height="${SIZES.height}" rx="10" fill="${fill}" stroke="${line}" stroke-width="1.4"/>`,
    `<text class="name" x="${inner}" y="${top + 28}">${escapeXml(fit(name, kind === name ? FITS.name : FITS.name - FITS.kind))}</text>`,
    ...(kind === name
      ? []
      : [
          `<text class="kind" x="${left + SIZES.width - 16}" y="${top + 28}">${escapeXml(fit(kind, FITS.kind))}</text>`,
        ]),
    `<text x="${inner}" y="${top + 52}">${escapeXml(fit(size, FITS.text))}</text>`,
    ...(build === ''
      ? []
      : [drawMark(state, inner + 5, top + 70), `<text x="${inner + 18}" y="${top + 74}">${escapeXml(build)}</text>`]),
  ];
  return `<g>${parts.join('')}</g>`;
}

/** A shape as well as a colour. */
function drawMark(state: keyof typeof COLOURS, x: number, y: number): string {
  const { line } = COLOURS[state];
  const fill = state === 'built' ? line : 'none';
  return `<circle cx="${x}" cy="${y}" r="4.5" fill="${fill}" stroke="${line}" stroke-width="2"/>`;
}

/** A curve that leaves boxes and reaches them upright. */
function drawEdge(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const half = SIZES.height / 2;
  let from = { x: first.x, y: first.y + half };
  let route = `M${from.x} ${from.y}`;
  for (const [index, point] of rest.entries()) {
    const isEnd = index === rest.length - 1;
    const to = { x: point.x, y: point.y - half };
    const middle = round((from.y + to.y) / 2);
    route += ` C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`;
    if (!isEnd) route += ` V${point.y + half}`;
    from = { x: point.x, y: point.y + half };
  }
  return `<path class="edge" d="${route}"/>`;
}

function drawLegend(layers: readonly GraphLayer[], y: number): string {
  if (layers.every(({ lastBuild }) => lastBuild === null)) return '';
  const entries = [
    ['built', 'built by the last build'],
    ['reused', 'was in the store already'],
  ] as const;
  return entries
    .map(([state, text], index) => {
      const x = MARGIN + index * 180;
      return `${drawMark(state, x + 5, y - 4)}<text x="${x + 18}" y="${y}">${text}</text>`;
    })
    .join('');
}

function fit(text: string, letters: number): string {
  const all = Array.from(text);
  return all.length <= letters ? text : `${all.slice(0, letters - 1).join('')}…`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
