import { setAttributeSync } from '@napi-rs/xattr';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ObjectId } from '../../src/contracts/ids.ts';
import { treeChanges } from '../../src/store/tree-changes.ts';
import type { InodeEntry, TreeEntry } from '../../src/store/tree-entry.ts';
import { viewTrees } from '../../src/store/tree-view.ts';

const plain = { uid: 0, gid: 0, attributes: [] };
const file = (name: string, digit: string, size = 1): InodeEntry => ({
  ...{ type: 'file', path: name, size, object: digit.repeat(64) as ObjectId, mode: 0o644 },
  ...plain,
});
const directory = (name: string, opaque = false): InodeEntry => ({
  ...{ type: 'directory', path: name, opaque, mode: 0o755 },
  ...plain,
});
const whiteout = (name: string): InodeEntry => ({
  ...{ type: 'character', path: name, major: 0, minor: 0, mode: 0 },
  ...plain,
});

const base: readonly TreeEntry[] = [
  directory(''),
  directory('etc'),
  file('etc/hosts', 'a', 10),
  file('etc/passwd', 'b', 20),
  directory('usr'),
  directory('usr/bin'),
  file('usr/bin/sh', 'c', 30),
  file('usr/readme', 'd', 40),
];

function changes(...upper: readonly TreeEntry[]) {
  return treeChanges(viewTrees([base]), viewTrees([base, [directory(''), ...upper]]));
}

describe('what an upper changes', () => {
  it('is nothing where it holds the same', () => {
    expect(changes(directory('etc'), file('etc/hosts', 'a', 10))).toEqual([]);
  });

  it('is added, modified and removed, sorted by path, with sizes', () => {
    const upper = [directory('etc'), file('etc/hosts', 'e', 11), whiteout('etc/passwd'), file('new', 'f', 5)];
    expect(changes(...upper)).toEqual([
      {
        path: '/etc/hosts',
        change: 'modified',
        type: 'file',
        bytes: 11,
        bytesBefore: 10,
        parts: ['content'],
      },
      { path: '/etc/passwd', change: 'removed', type: 'file', bytesBefore: 20, entries: 1 },
      { path: '/new', change: 'added', type: 'file', bytes: 5 },
    ]);
  });

  it('counts a removed directory with all that was in it, once', () => {
    expect(changes(whiteout('usr'))).toEqual([
      { path: '/usr', change: 'removed', type: 'directory', bytesBefore: 70, entries: 4 },
    ]);
  });

  it('counts nothing beside a removed directory, whose name others begin with', () => {
    const lower = [
      directory(''),
      file('a!', '1', 1),
      directory('a'),
      file('a-b', '2', 2),
      file('a/x', '3', 4),
      file('a0', '4', 8),
    ];
    const before = viewTrees([lower.toSorted((left, right) => (left.path < right.path ? -1 : 1))]);
    const after = new Map([...before].filter(([path]) => path !== 'a' && path !== 'a/x'));
    expect(treeChanges(before, after)).toEqual([
      { path: '/a', change: 'removed', type: 'directory', bytesBefore: 4, entries: 2 },
    ]);
  });

  it('of ten thousand removed directories takes no longer than it must', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => String(index).padStart(5, '0'));
    const lower = names.flatMap((name) => [directory(name), file(`${name}/file`, 'a', 3)]);
    const before = viewTrees([[directory(''), ...lower]]);
    const after = viewTrees([[directory(''), ...lower], [directory('', true)]]);
    // Looking through everything for each of them takes minutes, and the test's time would be up.
    expect(treeChanges(before, after)).toHaveLength(10_000);
  });

  it('sees what an opaque directory hides', () => {
    expect(changes(directory('etc', true), file('etc/hosts', 'a', 10))).toEqual([
      { path: '/etc/passwd', change: 'removed', type: 'file', bytesBefore: 20, entries: 1 },
    ]);
  });

  it('sees another type, mode and a whiteout of nothing', () => {
    const upper = [
      whiteout('absent'),
      file('etc', 'a'),
      directory('usr'),
      { ...file('usr/readme', 'd', 40), mode: 0o600 },
    ];
    expect(changes(...upper)).toEqual([
      { path: '/etc', change: 'modified', type: 'file', bytes: 1, bytesBefore: 30, parts: ['type'] },
      {
        path: '/usr/readme',
        change: 'modified',
        type: 'file',
        bytes: 40,
        bytesBefore: 40,
        parts: ['mode'],
      },
    ]);
  });

  it('escapes what is not printable', () => {
    expect(changes(file('\x1b[2J', 'a')).map((change) => change.path)).toEqual(['/\\x1b[2J']);
  });
});

const NAMES = ['a', 'b', 'c'] as const;
type Node = 'file' | 'whiteout' | 'opaque' | { readonly [name: string]: Node };
const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Node>('file', 'whiteout'),
    fc.dictionary(fc.constantFrom(...NAMES, '.opaque'), tie('node'), { maxKeys: 3 }),
  ),
}));
const layers = fc.array(fc.dictionary(fc.constantFrom(...NAMES), node, { maxKeys: 3 }), { minLength: 2, maxLength: 3 });

/** Entries of a made-up tree, sorted; `.opaque` marks its directory. */
function entriesOf(tree: Node, at = ''): readonly TreeEntry[] {
  if (tree === 'file' || tree === 'opaque') return [file(at, 'a', 0)];
  if (tree === 'whiteout') return [whiteout(at)];
  const inside = Object.entries(tree).filter(([name]) => name !== '.opaque');
  const below = inside.flatMap(([name, each]) => entriesOf(each, at === '' ? name : `${at}/${name}`));
  const isOpaque = at !== '' && Object.hasOwn(tree, '.opaque');
  return [directory(at, isOpaque), ...below].toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

function writeTree(entries: readonly TreeEntry[], root: string): void {
  for (const entry of entries) {
    const target = path.join(root, entry.path);
    if (entry.type === 'file') fs.writeFileSync(target, '');
    else if (entry.type === 'character') execFileSync('mknod', [target, 'c', '0', '0']);
    else fs.mkdirSync(target, { recursive: true });
    if (entry.type === 'directory' && entry.opaque) {
      setAttributeSync(target, 'user.overlay.opaque', Buffer.from('y'));
    }
  }
}

/** What the kernel shows, as `path type` lines. */
function mounted(trees: readonly (readonly TreeEntry[])[], place: string): string {
  const lower = trees.map((entries, index) => {
    const root = path.join(place, `${index}`);
    fs.mkdirSync(root);
    writeTree(entries, root);
    return root;
  });
  fs.mkdirSync(path.join(place, 'merged'));
  fs.mkdirSync(path.join(place, 'empty'));
  const script =
    'LIBMOUNT_FORCE_MOUNT2=always mount -t overlay overlay -o "userxattr,lowerdir=$1" "$2" && find "$2" -mindepth 1 -printf "%P %y\\n" | LC_ALL=C sort';
  const list = [...lower.toReversed(), path.join(place, 'empty')].join(':');
  const command = ['--user', '--map-root-user', '--mount', 'sh', '-ec', script, 'sh', list, path.join(place, 'merged')];
  return execFileSync('unshare', command, { encoding: 'utf8' });
}

/** Adds a tree with those whiteouts alone that the kernel would make: of what shows without them. */
function addMeaningful(below: readonly (readonly TreeEntry[])[], tree: readonly TreeEntry[]) {
  const shown = viewTrees([...below, tree.filter(({ type }) => type !== 'character')]);
  return [...below, tree.filter(({ type, path: name }) => type !== 'character' || shown.has(name))];
}

describe('the view of several trees', () => {
  it('is what the kernel shows of them', () => {
    fc.assert(
      fc.property(layers, (trees) => {
        const place = fs.mkdtempSync(path.join(os.tmpdir(), 'karapace-view-'));
        try {
          const entries = trees.map((tree) => entriesOf(tree)).reduce(addMeaningful, []);
          const view = [...viewTrees(entries)].filter(([name]) => name !== '');
          const lines = view.map(([name, { type }]) => `${name} ${type === 'file' ? 'f' : 'd'}\n`).toSorted();
          expect(lines.join('')).toBe(mounted(entries, place));
        } finally {
          fs.rmSync(place, { recursive: true });
        }
      }),
      { numRuns: 40 },
    );
  });
});
