import { describe, expect, test } from 'vitest';

import type { ObjectId, TreeDigest } from '../../../src/contracts/ids.ts';
import { placeFiles } from '../../../src/store/files/place-files.ts';
import type { ProjectEntry, ProjectFiles } from '../../../src/store/files/read-project-files.ts';
import type { InodeEntry } from '../../../src/store/tree-entry.ts';
import { viewTrees } from '../../../src/store/tree-view.ts';

const owner = { uid: 0, gid: 0, attributes: [] };
const directory = (path: string, change: Partial<InodeEntry> = {}): InodeEntry =>
  ({ type: 'directory', path, mode: 0o755, opaque: false, ...owner, ...change }) as InodeEntry;
const link = (path: string, target: string): InodeEntry => ({ type: 'symlink', path, mode: 0o777, target, ...owner });
const file = (path: string, digit = 'a'): InodeEntry & ProjectEntry => ({
  ...{ type: 'file', path, mode: 0o644, size: 1, object: digit.repeat(64) as ObjectId },
  ...owner,
});

const IMAGE = viewTrees([
  [
    directory('', { mode: 0o711 }),
    link('bin', 'usr/bin'),
    directory('etc'),
    file('etc/hosts', 'b'),
    link('etc/mtab', '../proc/mounts'),
    link('loop', 'loop'),
    directory('usr'),
    directory('usr/bin'),
    directory('var'),
    directory('var/mail', { mode: 0o2775, uid: 0, gid: 8 }),
    link('var/run', '/run'),
    link('var/spool', '/usr/../var/mail'),
    link('var/new', '../opt/new'),
  ],
]);

/** A source that is a file, or a directory of files. */
function source(target: string, entries?: readonly ProjectEntry[]): ProjectFiles {
  return {
    request: { source: 'x', target, mode: null },
    pin: { target, tree: 'ab'.repeat(32) as TreeDigest },
    isDirectory: entries !== undefined,
    entries: [directory('') as ProjectEntry, ...(entries ?? [file('file')])],
    locate: ({ path }) => `/project/x/${path}`,
  };
}

function paths(...sources: readonly ProjectFiles[]): readonly string[] {
  return placeFiles(IMAGE, sources).entries.map(({ path, type }) => `${type} /${path}`);
}

test('a file comes with the directories on its way, as they are', () => {
  const { entries } = placeFiles(IMAGE, [source('/var/mail/me')]);

  expect(entries).toEqual([
    directory('', { mode: 0o711 }),
    directory('var'),
    directory('var/mail', { mode: 0o2775, uid: 0, gid: 8 }),
    file('var/mail/me'),
  ]);
});

test('a missing directory is made', () => {
  expect(paths(source('/opt/tool/config'))).toEqual([
    'directory /',
    'directory /opt',
    'directory /opt/tool',
    'file /opt/tool/config',
  ]);
});

test('what is in a directory comes into the target', () => {
  const entries = [directory('sub') as ProjectEntry, file('sub/one'), link('sub/two', 'one') as ProjectEntry];

  expect(paths(source('/etc', entries))).toEqual([
    'directory /',
    'directory /etc',
    'directory /etc/sub',
    'file /etc/sub/one',
    'symlink /etc/sub/two',
  ]);
});

describe('links of the image', () => {
  test('to directories are followed as data', () => {
    expect(paths(source('/bin/tool'))).toContain('file /usr/bin/tool');
    expect(paths(source('/bin/tool'))).not.toContain('directory /bin');
    expect(paths(source('/var/spool/me'))).toContain('file /var/mail/me');
    expect(paths(source('/var/new/x'))).toContain('file /opt/new/x');
    expect(paths(source('/', [directory('bin') as ProjectEntry, file('bin/tool')]))).toContain('file /usr/bin/tool');
  });

  test('are replaced where a file is to be', () => {
    expect(paths(source('/etc/mtab'))).toEqual(['directory /', 'directory /etc', 'file /etc/mtab']);
  });

  test('that lead nowhere, or where nothing is seen, are refused', () => {
    expect(() => paths(source('/loop/x'))).toThrow('more than 40 links');
    expect(() => paths(source('/var/run/x'))).toThrow('`/run` is hidden');
    expect(() => paths(source('/etc/mtab/x'))).toThrow('`/proc` is hidden');
  });

  test('of the project are followed by what comes later, too', () => {
    const first = source('/opt', [link('bin', '/usr/bin') as ProjectEntry]);

    expect(paths(first, source('/opt/bin/tool'))).toContain('file /usr/bin/tool');
  });
});

test('a link cannot lead above the root', () => {
  const out = source('/opt', [link('out', '../../../../etc') as ProjectEntry]);

  expect(paths(out, source('/opt/out/x'))).toContain('file /etc/x');
});

test('of two files with one target the later one is taken, with its bytes', () => {
  const later = { ...source('/etc/hosts', undefined), entries: [directory('') as ProjectEntry, file('file', 'c')] };
  const { entries, locate } = placeFiles(IMAGE, [
    source('/etc', [file('hosts')]),
    { ...later, locate: () => '/later' },
  ]);
  const placed = entries.find(({ path }) => path === 'etc/hosts');

  expect(placed).toMatchObject({ object: 'c'.repeat(64) });
  expect(placed?.type === 'file' && locate(placed)).toBe('/later');
});

test('a file is no directory, and a directory no file', () => {
  expect(() => paths(source('/etc/hosts/x'))).toThrow('`/etc/hosts` is not a directory');
  expect(() => paths(source('/etc'))).toThrow('`/etc` is a directory');
});

test('a directory that hid what was below does not hide it once more', () => {
  const view = viewTrees([[directory(''), directory('etc', { opaque: true }), file('etc/x')]]);
  const { entries } = placeFiles(view, [source('/etc/y')]);

  expect(entries.find(({ path }) => path === 'etc')).toEqual(directory('etc'));
});
