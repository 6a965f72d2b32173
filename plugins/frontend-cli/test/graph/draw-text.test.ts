import fc from 'fast-check';
import { expect, test } from 'vitest';

import { drawLanes } from '../../src/graph/draw-lanes.ts';
import { drawText } from '../../src/graph/draw-text.ts';
import { anyLayers, graphLayer, graphOf, hostileText, SAMPLE } from './graph-fixture.ts';

test('layers are drawn with the base at the bottom, sizes, times and what was reused', () => {
  expect(`\n${drawText(graphOf(SAMPLE))}\n`).toMatchInlineSnapshot(`
    "
    dev (a1b2c3d4e5f6) · debian/trixie · 20.3 KiB

    ●      run-all    3.4 KiB, 12 entries  built in 900 ms
    ├─┬─╮
    ● │ │  run-docs   3.4 KiB, 12 entries  built in 900 ms
    │ │ │
    │ ● │  run-tools  3.4 KiB, 12 entries  built in 900 ms
    │ │ │
    │ │ ●  files      3.4 KiB, 12 entries  built in 900 ms
    ├─╯ │
    ○   │  packages   3.4 KiB, 12 entries  reused (900 ms to build)
    ├───╯
    ○      base       3.4 KiB, 12 entries  reused (900 ms to build)
    "
  `);
});

test('a single layer is a single line', () => {
  expect(drawText(graphOf([graphLayer('base', [], { lastBuild: null, buildMilliseconds: null })]))).toBe(
    'dev (a1b2c3d4e5f6) · debian/trixie · 3.4 KiB\n\n●  base  3.4 KiB, 12 entries',
  );
});

/** Which sides of a letter of a drawing a line leaves by. */
const OPENINGS: Readonly<Record<string, string>> = {
  '│': 'ud',
  '─': 'lr',
  '├': 'udr',
  '╯': 'ul',
  '╮': 'dl',
  '┴': 'ulr',
  '┬': 'dlr',
  '┼': 'udlr',
};

const NEIGHBOURS = [
  ['u', -1, 0, 'd'],
  ['d', 1, 0, 'u'],
  ['l', 0, -1, 'r'],
  ['r', 0, 1, 'l'],
] as const;

/** Places where a line ends although nothing is there. */
function looseEnds(rows: readonly string[]): readonly string[] {
  const at = (row: number, column: number): string => rows[row]?.[column] ?? ' ';
  const isOpen = (letter: string, side: string): boolean => letter === '●' || (OPENINGS[letter] ?? '').includes(side);
  return rows.flatMap((drawing, row) =>
    Array.from(drawing).flatMap((letter, column) =>
      NEIGHBOURS.filter(([side]) => (OPENINGS[letter] ?? '').includes(side))
        .filter(([, down, right, back]) => !isOpen(at(row + down, column + right), back))
        .map(([side]) => `${row}:${column} ${side}`),
    ),
  );
}

test('no line of a drawing ends in nothing', () => {
  fc.assert(
    fc.property(anyLayers, (layers) => {
      expect(looseEnds(drawLanes(layers).map(({ drawing }) => drawing))).toEqual([]);
    }),
  );
});

/** Walks a drawing's lines from a node down to those that it stands on. */
function followDown(rows: readonly string[], row: number, column: number): readonly number[] {
  const letter = rows[row]?.[column] ?? ' ';
  if (letter === '●') return [row];
  const found: number[] = [];
  const right = (from: number): void => {
    for (let at = from + 1; ; at += 1) {
      const next = rows[row]?.[at] ?? ' ';
      if (next === '┬' || next === '╮') found.push(...followDown(rows, row + 1, at));
      if (!'─┼┬'.includes(next)) return;
    }
  };
  const left = (from: number): number => {
    let at = from - 1;
    while ('─┼┴'.includes(rows[row]?.[at] ?? ' ')) at -= 1;
    return at;
  };
  if (letter === '╯' || letter === '┴') return followDown(rows, row + 1, left(column));
  // A crossing is passed straight down.
  if (letter === '├' && /[┬╮]/u.test((rows[row] ?? '').slice(column))) right(column);
  return [...followDown(rows, row + 1, column), ...found];
}

test('the lines from each node lead to its parents and to nothing else', () => {
  fc.assert(
    fc.property(anyLayers, (layers) => {
      const drawn = drawLanes(layers);
      const rows = drawn.map(({ drawing }) => drawing);
      for (const [row, { node, drawing }] of drawn.entries()) {
        if (node === undefined) continue;
        const reached = node.parents.length === 0 ? [] : followDown(rows, row + 1, drawing.indexOf('●'));
        expect(reached.map((each) => drawn[each]?.node?.name ?? '').toSorted()).toEqual([...node.parents].toSorted());
      }
    }),
  );
});

test('names cannot move the cursor or break lines', () => {
  fc.assert(
    fc.property(hostileText, (name) => {
      const text = drawText(graphOf([graphLayer(name, [], { kind: name })], name));

      expect(text.split('\n')).toHaveLength(3);
      expect(text).not.toMatch(/[\0\u001b\u202e]/u);
    }),
  );
});
