import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { storeLayout } from '../../../src/store/store-layout.ts';
import { openCare } from '../../../src/store/verify/care-tools.ts';
import { emptyTally, type Tally } from '../../../src/store/verify/found.ts';
import { shareUnits, verifyShared } from '../../../src/store/verify/shared-units.ts';
import { verifyUnits } from '../../../src/store/verify/verify-units.ts';
import { runInIdSpace, testIds, testIdSpace } from '../test-store.ts';
import { makeSampleStore, objectOf } from './sample-store.ts';

const one = (): Tally => ({ ...emptyTally(), checked: 1 });

describe('units to verify', () => {
  it('are looked at one by one, each by one of those who share them', () => {
    const seen: string[] = [];
    const shared = shareUnits(['a', 'b', 'c', 'd'], 60_000);
    const verify = (unit: string): Tally => {
      seen.push(unit);
      // Another one takes what is left meanwhile.
      return unit === 'b' ? verifyShared(shared, verify) : one();
    };
    expect(verifyShared(shared, verify).checked).toBe(3);
    expect(seen).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are left for the next answer once it is time to give one, but for the first', () => {
    const shared = shareUnits(['a', 'b', 'c'], 0);
    expect(verifyShared(shared, one).checked).toBe(1);
    expect(Atomics.load(shared.taken, 0)).toBe(1);
  });

  it('are asked for until all are answered, with a sign of life for each answer', async () => {
    const asked: string[] = [];
    const progress: number[] = [];
    const ask = async (units: readonly string[]) => {
      asked.push(units.join(''));
      return { checked: 2, bytes: 1, found: [], units: 2 };
    };
    const onProgress = ({ checked }: { readonly checked: number }) => void progress.push(checked);
    const sum = await verifyUnits('abcdef'.split(''), ask, { onProgress });
    expect({ asked, progress, sum }).toEqual({
      asked: ['abcdef', 'cdef', 'ef'],
      progress: [2, 4, 6],
      sum: { checked: 6, bytes: 3, found: [] },
    });
  });

  it('are not asked for any more after an interruption', async () => {
    const stop = new AbortController();
    const ask = async () => {
      stop.abort(new Error('enough'));
      return { ...one(), units: 1 };
    };
    await expect(verifyUnits(['a', 'b'], ask, { signal: stop.signal })).rejects.toThrow('enough');
  });
});

const isRoot = process.getuid?.() === 0;
const UNITS = 20_000;

interface Asked {
  readonly sum: Tally;
  readonly file: string;
  /** Of the processes that were started. */
  readonly threads: string;
}

async function verifyDamaged(isOwn: boolean): Promise<Asked> {
  await using made = await makeSampleStore();
  const root = made.copy();
  const file = objectOf(root, 'content of work');
  runInIdSpace('sh', '-c', 'printf x >> "$1"', 'sh', path.join(root, file));
  const units = Array.from({ length: UNITS }, () => file);
  const idSpace = async () => ({ ...testIdSpace(testIds), isOwn });
  await using tools = openCare(storeLayout(root), { ids: testIds, idSpace });
  const threads = new Set<string>();
  const watch = setInterval(() => threads.add(threadsOfChildren()), 20);
  const sum = await verifyUnits(units, (left) => tools.ask(left, testIds === 'full'), {});
  clearInterval(watch);
  return { sum, file, threads: [...threads].join(' ') };
}

function expectAllFound({ sum, file }: Asked): void {
  expect({ checked: sum.checked, found: sum.found.length }).toEqual({ checked: UNITS, found: UNITS });
  expect(new Set(sum.found.map((each) => `${each.file} ${each.problem}`))).toEqual(new Set([`${file} damaged`]));
}

describe('the process that verifies', () => {
  it('counts what each of its threads looked at, and finds damage in each of them', async () => {
    const asked = await verifyDamaged(false);
    expectAllFound(asked);
    expect(asked.threads).toContain('WorkerThread');
  });

  it.runIf(isRoot)('is this one where it has the ids, and finds the same', async () => {
    const asked = await verifyDamaged(true);
    expectAllFound(asked);
    expect(asked.threads.trim()).toBe('');
  });

  it.runIf(isRoot)('is another one, which refuses, where the store is of somebody else', async () => {
    await using made = await makeSampleStore();
    const root = made.copy();
    fs.chownSync(root, 1234, 1234);
    const idSpace = async () => ({ ...testIdSpace(testIds), isOwn: true });
    await using tools = openCare(storeLayout(root), { ids: testIds, idSpace });
    await expect(tools.ask(['objects/00'], true)).rejects.toMatchObject({ code: 'NAMESPACE_DENIED' });
  });
});

/** The names of the threads of all processes below this one. */
function threadsOfChildren(parent = '/proc/self'): string {
  return listTasks(parent)
    .flatMap((task) => read(`${task}/children`).trim().split(' '))
    .filter((pid) => pid !== '')
    .flatMap((pid) => [
      ...listTasks(`/proc/${pid}`).map((task) => read(`${task}/comm`).trim()),
      threadsOfChildren(`/proc/${pid}`),
    ])
    .join(' ');
}

function listTasks(process: string): readonly string[] {
  try {
    return fs.readdirSync(`${process}/task`).map((task) => `${process}/task/${task}`);
  } catch {
    return [];
  }
}

/** Nothing where the process has ended meanwhile. */
function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
