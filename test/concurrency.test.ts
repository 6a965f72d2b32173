import fs from 'node:fs';
import os from 'node:os';
import { describe, expect, test } from 'vitest';

import { explain } from './concurrency/explain.ts';
import type { Universe } from './concurrency/meaning.ts';
import type { Answer, Asked, Recorded, Told } from './concurrency/record.ts';
import { tryConcurrency } from './concurrency/try-concurrency.ts';

// A few of the operations that `npm run sweep:concurrency` makes eight processes do.
const { KARAPACE_SWEEP_SEED = '1' } = process.env;
const SEED = Number(KARAPACE_SWEEP_SEED);
const TIMEOUT = 300_000;
const ON = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();

describe('eight processes that use a store at once', () => {
  test('are all told the truth, and leave it whole', { timeout: TIMEOUT }, async () => {
    console.error(`The seed is ${SEED}; KARAPACE_SWEEP_SEED sets another`);
    const { problems, history } = await tryConcurrency({ processes: 8, operations: 30, seed: SEED, on: ON });
    expect(problems).toEqual([]);
    expect(history.length).toBeGreaterThan(8 * 30);
    expect(new Set(history.map(({ asked }) => asked.kind)).size).toBeGreaterThan(10);
  });

  test('are found out if they change something without a lock', { timeout: TIMEOUT }, async () => {
    const trial = { processes: 4, operations: 40, on: ON, control: true };
    const found: string[] = [];
    for (let seed = SEED; found.length === 0 && seed < SEED + 5; seed += 1) {
      found.push(...(await tryConcurrency({ ...trial, seed })).problems);
    }
    expect(found.join('\n')).toMatch(/no order explains|is no answer|is no documented refusal|damaged|missing/u);
  });
});

const A = 'a'.repeat(64);
const universe: Universe = { projects: { one: A, same: A }, names: ['x', 'y'], isTorn: () => false };
const BUILD: Asked = { kind: 'build', project: 'one', name: 'x', fresh: false };
const told = (values: Told = {}): Answer => ({ told: values });
const refused = (code: string, message = ''): Answer => ({ refused: code, message });

/** An operation of one of several processes: process, start, end, what was asked and what was answered. */
type Row = readonly [number, number, number, Asked, Answer];

function history(rows: readonly Row[]): readonly Recorded[] {
  return rows.map(([process, start, end, asked, answer]) => ({ process, start, end, asked, answer }));
}

const built = [0, 0, 1, BUILD, told({ id: A })] as const;
const frozen = { kind: 'mark', reference: A, mark: { frozen: true } } as const;
const seen = (values: object = {}) => [
  { id: A, names: ['x'], frozen: false, archived: false, project: 'one', generation: 1, ...values },
];
const write = (size: number): Asked => ({ kind: 'write', id: A, file: 'w0', size });
const diff: Asked = { kind: 'diff', id: A };

describe('a history is explained', () => {
  test.for<readonly [string, ...Row[]]>([
    ['where one comes after the other', built, [0, 2, 3, { kind: 'inspect', reference: 'x' }, told({ seen: seen() })]],
    [
      'where what is seen is of before or after what happens at the same time',
      built,
      [0, 2, 6, frozen, told({ id: A })],
      [1, 3, 5, { kind: 'list' }, told({ seen: seen() })],
      [2, 3, 5, { kind: 'list' }, told({ seen: seen({ frozen: true }) })],
    ],
    [
      'where the other order of two writes is the true one',
      built,
      [0, 2, 9, write(2), told()],
      [1, 3, 8, write(3), told()],
      [2, 10, 11, diff, told({ content: { w0: 2 } })],
    ],
    [
      'where something is refused for a state it had',
      built,
      [1, 2, 9, frozen, told({ id: A })],
      [2, 3, 8, { ...BUILD, fresh: true }, refused('ENVIRONMENT_FROZEN', `\`${A.slice(0, 12)}\` is frozen`)],
    ],
    [
      'where a snapshot is restored',
      built,
      [0, 2, 3, write(5), told()],
      [0, 4, 5, { kind: 'commit', id: A }, told({ snapshot: 's', isNew: true, content: { w0: 5 } })],
      [0, 6, 7, write(6), told()],
      [0, 8, 9, { kind: 'restore', id: A, snapshot: 's' }, told()],
      [0, 10, 11, diff, told({ content: { w0: 5 } })],
    ],
    [
      'where a name leads to the project that it was given for, and the list says who built last',
      built,
      [0, 2, 3, { ...BUILD, project: 'same', name: 'y' }, told({ id: A })],
      [0, 4, 5, { kind: 'inspect', reference: 'x' }, told({ seen: seen({ names: ['x', 'y'] }) })],
      [0, 6, 7, { kind: 'list' }, told({ seen: seen({ names: ['x', 'y'], project: 'same' }) })],
    ],
    [
      'where a name more is for nobody knows which project',
      built,
      [0, 2, 3, { ...BUILD, project: 'same', name: undefined }, told({ id: A })],
      [0, 4, 5, { kind: 'rename', reference: A, to: 'y' }, refused('ENVIRONMENT_AMBIGUOUS')],
    ],
    [
      'where a name of the environment itself stays with the project that it had',
      [0, 0, 1, { ...BUILD, name: undefined }, told({ id: A })],
      [0, 2, 3, { kind: 'rename', reference: A, to: 'x' }, told({ id: A })],
      [0, 4, 5, { ...BUILD, project: 'same', name: undefined }, told({ id: A })],
      [0, 6, 7, { kind: 'inspect', reference: 'x' }, told({ seen: seen() })],
    ],
  ])('%s', ([, ...rows]) => {
    expect(explain(history(rows), universe)).toEqual([]);
  });
});

describe('a history cannot be explained', () => {
  test.for<readonly [string, ...Row[]]>([
    [
      'where somebody sees what is over',
      built,
      [0, 2, 3, frozen, told({ id: A })],
      [1, 4, 5, { kind: 'list' }, told({ seen: seen() })],
    ],
    ['where a write is lost', built, [0, 2, 3, write(2), told()], [0, 4, 5, diff, told({ content: {} })]],
    [
      'where one sees it and who looks later does not',
      built,
      [0, 2, 20, frozen, told({ id: A })],
      [1, 3, 5, { kind: 'list' }, told({ seen: seen({ frozen: true }) })],
      [2, 6, 8, { kind: 'list' }, told({ seen: seen() })],
    ],
    [
      'where a name is given twice',
      built,
      [0, 2, 9, { kind: 'rename', reference: 'x', to: 'y' }, told({ id: A })],
      [1, 2, 9, { kind: 'rename', reference: 'x', to: 'y' }, told({ id: A })],
    ],
    [
      'where a name leads to the project of another',
      built,
      [0, 2, 3, { ...BUILD, project: 'same', name: 'y' }, told({ id: A })],
      [0, 4, 5, { kind: 'inspect', reference: 'x' }, told({ seen: seen({ names: ['x', 'y'], project: 'same' }) })],
    ],
    ['where gc takes what has a name', built, [0, 2, 3, { kind: 'gc', dryRun: false }, told({ removed: [A] })]],
    [
      'where a snapshot is not what was there',
      built,
      [0, 2, 3, write(5), told()],
      [0, 4, 5, { kind: 'commit', id: A }, told({ snapshot: 's', isNew: true, content: { w0: 4 } })],
    ],
    [
      'where something is refused for a state it never had',
      built,
      [0, 2, 3, { ...BUILD, fresh: true }, refused('ENVIRONMENT_FROZEN', A)],
    ],
    ['where something is refused with a code that is not for it', built, [0, 2, 3, diff, refused('ENVIRONMENT_BUSY')]],
    ['where something is no answer at all', built, [0, 2, 3, diff, { bug: 'Error: ENOENT' }]],
  ])('%s', ([, ...rows]) => {
    expect(explain(history(rows), universe)).not.toEqual([]);
  });
});
