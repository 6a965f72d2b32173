import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { KarapaceError } from '../../../src/errors.ts';
import { runInIdSpace, testIds } from '../test-store.ts';
import { A, B, makeSampleStore, objectOf, shard, verify, withStore, type SampleStore } from './sample-store.ts';

let store: SampleStore;
beforeAll(async () => {
  store = await makeSampleStore();
});
afterAll(() => store[Symbol.asyncDispose]());

interface FileClass {
  /** Relative to the store. */
  readonly file: (root: string) => string;
  /** Another of the same class. */
  readonly sibling: (root: string) => string;
  /** Names of the environments that it concerns. */
  readonly affects: readonly string[];
  /** Whether the environment `other` is out of reach as well. */
  readonly stopsAll?: boolean;
  /** gc removes what nothing refers to, whatever is in it: only links of the chain matter to it. */
  readonly isLeaf?: boolean;
  /** Where it is missing, gc takes what is there for what should be. */
  readonly isOptional?: boolean;
}

const WORK = ['job', 'work'];
const environment = (id: string, name: string) => (): string => path.join('environments', id, name);
const snapshot = (index: number) => (): string =>
  path.join('environments', A, 'snapshots', store.sample.snapshots[index]?.snapshot_id ?? '');

const CLASSES: Readonly<Record<string, FileClass>> = {
  object: {
    file: (root) => objectOf(root, 'content of work'),
    sibling: (root) => objectOf(root, 'content of other'),
    affects: WORK,
    isLeaf: true,
  },
  'object of an archive': {
    file: (root) => objectOf(root, 'archive'),
    sibling: (root) => objectOf(root, 'other archive'),
    affects: WORK,
    isLeaf: true,
  },
  'object of a snapshot': {
    file: (root) => objectOf(root, 'first change'),
    sibling: (root) => objectOf(root, 'second change'),
    affects: WORK,
    isLeaf: true,
  },
  tree: {
    file: () => shard('trees', store.sample.layer.tree),
    sibling: () => shard('trees', store.sample.otherLayer.tree),
    affects: WORK,
  },
  'tree of a snapshot': {
    file: () => shard('trees', store.sample.snapshots[0]?.tree ?? ''),
    sibling: () => shard('trees', store.sample.snapshots[1]?.tree ?? ''),
    affects: WORK,
  },
  layer: {
    file: () => path.join('layers', store.sample.layer.key),
    sibling: () => path.join('layers', store.sample.otherLayer.key),
    affects: WORK,
  },
  archive: {
    file: () => path.join('archives', store.sample.archive.sha256),
    sibling: () => path.join('archives', store.sample.otherArchive.sha256),
    affects: WORK,
  },
  'environment.json': {
    file: environment(A, 'environment.json'),
    sibling: environment(B, 'environment.json'),
    affects: WORK,
  },
  'lock.json': { file: environment(A, 'lock.json'), sibling: environment(B, 'lock.json'), affects: WORK },
  'index.json': {
    file: environment(A, 'index.json'),
    sibling: environment(B, 'index.json'),
    affects: WORK,
    isOptional: true,
  },
  snapshot: { file: snapshot(0), sibling: snapshot(1), affects: WORK },
  name: { file: () => 'names/work', sibling: () => 'names/other', affects: ['job'] },
  format: { file: () => 'format', sibling: () => 'names/work', affects: ['job', 'other'], stopsAll: true },
};

type Damage = (file: string, sibling: string) => void;

/** Changes bytes as a failing disk does, which leaves the times as they are. */
function silently(file: string, change: (bytes: Buffer) => Buffer): void {
  const { atimeMs, mtimeMs } = fs.lstatSync(file);
  fs.writeFileSync(file, change(fs.readFileSync(file)));
  fs.utimesSync(file, atimeMs / 1000, mtimeMs / 1000);
}

const flipAt =
  (where: (length: number) => number, bit: number): Damage =>
  (file) =>
    silently(file, (bytes) => {
      const at = where(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      return bytes;
    });

const aside = (file: string): string => path.join(path.dirname(file), '../aside');

const DAMAGES: Readonly<Record<string, Damage>> = {
  'its first bit flipped': flipAt(() => 0, 0),
  'a bit of its middle flipped': flipAt((length) => Math.floor(length / 2), 5),
  'its last bit flipped': flipAt((length) => length - 1, 7),
  'any bit flipped': (file) =>
    flipAt((length) => Math.floor(Math.random() * length), Math.floor(Math.random() * 8))(file, ''),
  'nothing in it': (file) => silently(file, () => Buffer.alloc(0)),
  'half of it gone': (file) => silently(file, (bytes) => bytes.subarray(0, bytes.length / 2)),
  'a byte more': (file) => silently(file, (bytes) => Buffer.concat([bytes, Buffer.from('x')])),
  'nothing there': (file) => fs.rmSync(file),
  'its sibling in its place, and it in the sibling’s': (file, sibling) => {
    fs.renameSync(file, aside(file));
    fs.renameSync(sibling, file);
    fs.renameSync(aside(file), sibling);
  },
  'a link to it in its place': (file) => {
    fs.renameSync(file, aside(file));
    fs.symlinkSync(aside(file), file);
  },
  'a pipe in its place': (file) => {
    fs.rmSync(file);
    execFileSync('mkfifo', [file]);
  },
  'a directory in its place': (file) => {
    fs.rmSync(file);
    fs.mkdirSync(file);
  },
};

/** Swapped with something else than one of its kind, a file is only replaced. */
function damaged(kind: FileClass, damage: string): { readonly root: string; readonly file: string } {
  const root = store.copy();
  const file = kind.file(root);
  const place = path.join(root, file);
  const kept = `${place.slice(0, root.length)}/tmp/kept`;
  // Objects share inodes with checkouts and other names; a disk that fails does not care, and neither does this.
  fs.mkdirSync(path.dirname(kept), { recursive: true });
  (DAMAGES[damage] as Damage)(place, path.join(root, kind.sibling(root)));
  return { root, file };
}

describe.each(Object.keys(CLASSES))('the store’s %s', (name) => {
  const kind = CLASSES[name] as FileClass;

  it.each(Object.keys(DAMAGES))('with %s is found and named, and others are usable', async (damage) => {
    const { root, file } = damaged(kind, damage);
    const { findings, failed, passed, checked } = await verify(root);
    const own = findings.find((each) => each.file === file);
    expect(own).toMatchObject({ file, problem: expect.stringMatching(/^(damaged|missing)$/) as unknown });
    expect(own?.environments.flatMap(({ names }) => names)).toEqual(expect.arrayContaining([...kind.affects]));
    expect(own?.fix).toContain('karapace verify-store --repair');
    expect(failed).toBe(findings.length);
    expect(passed + failed).toBe(checked);
    const isSwap = damage.startsWith('its sibling');
    const isHarmless = damage === 'nothing there' ? kind.isOptional === true : kind.isLeaf === true;
    const [usable, collected] = [await outcome(useOther(root)), await outcome(collect(root))];
    expect({ usable, collected }).toEqual({
      usable: kind.stopsAll === true || isSwap ? usable : 'other',
      collected: isHarmless ? collected : REFUSED,
    });
  });
});

const REFUSED: unknown = expect.stringMatching(/^STORE_(CORRUPT|VERSION)$/);

/** What somebody got, or the code of the error. */
async function outcome(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    return error instanceof KarapaceError ? error.code : error;
  }
}

/** Everything that the other environment needs, made anew. */
async function useOther(root: string): Promise<string | undefined> {
  return withStore(root, async (opened) => {
    const { names, layers } = await opened.environments.get('other');
    runInIdSpace('rm', '-rf', path.join(root, 'checkouts', layers[0]?.tree ?? ''));
    for (const { key, tree } of layers) {
      expect(await opened.layers.find(key)).toMatchObject({ tree });
      expect(fs.existsSync(await opened.trees.checkout(tree, testIds))).toBe(true);
    }
    return names[0];
  });
}

function collect(root: string): Promise<unknown> {
  return withStore(root, (opened) => opened.gc({ dryRun: true }));
}

it('a store with two of everything is whole, and nothing in it changes by looking', async () => {
  const root = store.copy();
  const list = () =>
    execFileSync('find', [root, '-path', '*/tmp/*', '-prune', '-o', '-printf', '%P %y %m %s %T@ %i\n']);
  const before = list();
  const report = await verify(root);
  expect(report).toMatchObject({ failed: 0, unreadable: 0, findings: [] });
  expect(report.checked).toBe(report.passed);
  expect(report.checked).toBeGreaterThan(100);
  expect(list()).toEqual(before);
});
