import type { GraphLayer } from '@karapace/core';

type Node = Pick<GraphLayer, 'name' | 'parents'>;

export interface LayoutSizes {
  /** Of a box. */
  readonly width: number;
  readonly height: number;
  readonly columnGap: number;
  readonly rowGap: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  /** The centre of each node's box. */
  readonly nodes: ReadonlyMap<string, Point>;
  /** From the bottom of a node to the top of its parent, past the boxes that are between. */
  readonly edges: readonly (readonly Point[])[];
}

/** A node, or a place where an edge passes a row. */
interface Place {
  readonly node: string | undefined;
  readonly row: number;
  readonly above: Place[];
  readonly below: Place[];
  x: number;
}

/** How often places move towards what they are joined with. */
const ROUNDS = 8;

/**
 * Lays a DAG out in rows, each node above all of its parents, with few crossings. Pure.
 *
 * @param nodes bottom first: no node before one of its parents
 */
export function layOutGraph(nodes: readonly Node[], sizes: LayoutSizes): GraphLayout {
  const rows = makeRows(nodes);
  const widthOf = ({ node }: Place): number => (node === undefined ? sizes.columnGap : sizes.width);
  for (const row of rows) spread(row, { widthOf, sizes });
  for (let round = 0; round < ROUNDS; round += 1) {
    const [order, towards] = round % 2 === 0 ? ([rows, 'below'] as const) : ([rows.toReversed(), 'above'] as const);
    for (const row of order) settle(row, towards, { widthOf, sizes });
  }
  return measure(rows, widthOf, sizes);
}

function makeRows(nodes: readonly Node[]): readonly Place[][] {
  const rows: Place[][] = [];
  const places = new Map<string, Place>();
  const put = (node: string | undefined, row: number): Place => {
    const place: Place = { node, row, above: [], below: [], x: 0 };
    (rows[row] ??= []).push(place);
    return place;
  };
  for (const { name, parents } of nodes) {
    const below = parents.flatMap((parent) => places.get(parent) ?? []);
    const place = put(name, 1 + Math.max(-1, ...below.map(({ row }) => row)));
    places.set(name, place);
    for (const parent of below) join(place, parent, put);
  }
  return rows;
}

/** Joins a node with its parent by one place in each row between. */
function join(from: Place, to: Place, put: (node: undefined, row: number) => Place): void {
  let last = from;
  for (let row = from.row - 1; row > to.row; row -= 1) {
    const next = put(undefined, row);
    link(last, next);
    last = next;
  }
  link(last, to);
}

function link(above: Place, below: Place): void {
  above.below.push(below);
  below.above.push(above);
}

interface Spacing {
  readonly widthOf: (place: Place) => number;
  readonly sizes: LayoutSizes;
}

/** Puts the places of a row beside each other, around 0. */
function spread(row: readonly Place[], { widthOf, sizes }: Spacing): void {
  let x = 0;
  for (const place of row) {
    place.x = x + widthOf(place) / 2;
    x += widthOf(place) + sizes.columnGap;
  }
  shift(row, -(x - sizes.columnGap) / 2);
}

/** Orders a row by what its places are joined with, and moves each as near to that as the others let it. */
function settle(row: Place[], towards: 'above' | 'below', { widthOf, sizes }: Spacing): void {
  const wanted = new Map(row.map((place) => [place, meanOf(place[towards]) ?? place.x]));
  const wish = (place: Place): number => wanted.get(place) ?? place.x;
  row.sort((left, right) => wish(left) - wish(right) || left.x - right.x);
  let edge = -Infinity;
  for (const place of row) {
    place.x = Math.max(wish(place), edge + widthOf(place) / 2);
    edge = place.x + widthOf(place) / 2 + sizes.columnGap;
  }
  shift(row, meanOf(row.map((place) => ({ x: wish(place) - place.x }))) ?? 0);
}

function shift(row: readonly Place[], by: number): void {
  for (const place of row) place.x += by;
}

function meanOf(places: readonly { readonly x: number }[]): number | undefined {
  return places.length === 0 ? undefined : places.reduce((sum, { x }) => sum + x, 0) / places.length;
}

function measure(rows: readonly Place[][], widthOf: Spacing['widthOf'], sizes: LayoutSizes): GraphLayout {
  const places = rows.flat();
  const left = Math.min(...places.map((place) => place.x - widthOf(place) / 2));
  const right = Math.max(...places.map((place) => place.x + widthOf(place) / 2));
  const pointOf = ({ x, row }: Place): Point => ({
    x: x - left,
    y: (rows.length - 1 - row) * (sizes.height + sizes.rowGap) + sizes.height / 2,
  });
  const nodes = places.filter(({ node }) => node !== undefined);
  return {
    width: right - left,
    height: rows.length * (sizes.height + sizes.rowGap) - sizes.rowGap,
    nodes: new Map(nodes.map((place) => [place.node ?? '', pointOf(place)])),
    edges: nodes.flatMap((place) => place.below.map((next) => routeFrom(place, next).map(pointOf))),
  };
}

/** Along the places of an edge to the node at its end. */
function routeFrom(from: Place, to: Place): readonly Place[] {
  const next = to.node === undefined ? to.below[0] : undefined;
  return next === undefined ? [from, to] : [from, ...routeFrom(to, next)];
}
