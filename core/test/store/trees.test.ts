import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { TreeDigest } from '../../src/contracts/ids.ts';
import type { TreeSummary } from '../../src/contracts/tree-store.ts';
import { printablePath } from '../../src/store/tree-entry.ts';
import { decodeTree } from '../../src/store/tree-encoding.ts';
import {
  consumeFeatureTree,
  makeFeatureTree,
  makeTestStore,
  openTestStore,
  runInIdSpace,
  testIds,
} from './test-store.ts';

// The listing that `find` gives of a tree, without what a checkout may differ in: inode numbers and link counts.
function listing(directory: string): string {
  const found = runInIdSpace('find', directory, '-printf', '%P|%y|%#m|%U:%G|%T@|%l|%y%s\\0');
  return found
    .split('\0')
    .toSorted()
    .map((line) => line.replace(/d\d+$/, 'd'))
    .join('\n');
}

const fixture = {} as Awaited<ReturnType<typeof makeTestStore>> & { summary: TreeSummary };

beforeAll(async () => {
  Object.assign(fixture, await makeTestStore());
  fixture.summary = await consumeFeatureTree(fixture.store);
});
afterAll(async () => {
  await fixture.store.close();
  runInIdSpace('rm', '-rf', '--', fixture.place);
});

function storedEntries() {
  const { digest } = fixture.summary;
  return decodeTree(fs.readFileSync(path.join(fixture.root, 'trees', digest.slice(0, 2), digest.slice(2))));
}

describe(`a tree with everything, in the ids \`${testIds}\``, () => {
  it('has the digest that was computed before it was consumed', async () => {
    await using scratch = await fixture.store.scratch(testIds);
    const directory = await scratch.make('root');
    makeFeatureTree(directory);
    const before = listing(directory);
    expect(await fixture.store.trees.digest(directory, testIds)).toEqual(fixture.summary);
    expect(listing(directory)).toBe(before);
  });

  it('has the same digest when it is made and consumed again', async () => {
    expect(await consumeFeatureTree(fixture.store)).toEqual(fixture.summary);
  });

  it('keeps modes, owners, special files and names of any bytes', () => {
    const byPath = new Map(storedEntries().map((entry) => [entry.path, entry]));
    expect(byPath.get('su')).toMatchObject({ type: 'file', mode: 0o4755, size: 6 });
    expect(byPath.get('etc/secret')).toMatchObject({ mode: 0, gid: testIds === 'full' ? 42 : 0 });
    expect(byPath.get('shared')).toMatchObject({ type: 'directory', mode: 0o3777 });
    expect(byPath.get('closed/inside')).toMatchObject({ type: 'file', size: 1 });
    expect(byPath.get('fifo')).toMatchObject({ type: 'fifo' });
    expect(byPath.get('l\xefnk')).toMatchObject({ type: 'symlink', target: 'b\xffd' });
    expect(byPath.get('d\xefr/f\xfele')).toMatchObject({ type: 'file' });
    expect(byPath.get('n'.repeat(255))).toMatchObject({ type: 'file' });
    expect(byPath.get('sparse')).toMatchObject({ size: 3 * 1024 * 1024 + 3 });
  });

  it('keeps attributes and capabilities, and of overlay’s own no more than its marks', () => {
    const byPath = new Map(storedEntries().map((entry) => [entry.path, entry]));
    expect(byPath.get('su')).toMatchObject({ attributes: [{ name: 'user.note', value: Buffer.from([0, 255, 10]) }] });
    expect(byPath.get('byt\xe9s')).toMatchObject({
      attributes: [{ name: 'user.note', value: Buffer.from('on bytes') }],
    });
    expect(byPath.get('ping')).toMatchObject({ attributes: [{ name: 'security.capability' }] });
    expect(byPath.get('opaque')).toMatchObject({ opaque: true, attributes: [] });
    expect(byPath.get('etc')).toMatchObject({ opaque: false, attributes: [] });
  });

  it('names the inode of a hard link by its first path, and whiteouts by nothing', () => {
    const byPath = new Map(storedEntries().map((entry) => [entry.path, entry]));
    expect(byPath.get('etc/a-link')).toMatchObject({ type: 'file' });
    expect(byPath.get('etc/passwd')).toEqual({ type: 'link', path: 'etc/passwd', target: 'etc/a-link' });
    expect(byPath.get('z-link')).toEqual({ type: 'link', path: 'z-link', target: 'etc/a-link' });
    expect(byPath.get('etc/empty-link')).toEqual({ type: 'link', path: 'etc/empty-link', target: 'etc/empty' });
    expect(byPath.get('etc/copy')).toMatchObject({ type: 'file' });
    expect(byPath.get('dangling-too')).toMatchObject({ type: 'link', target: 'dangling' });
    expect(byPath.get('gone-too')).toEqual({ ...byPath.get('gone'), path: 'gone-too' });
    expect(byPath.get('gone')).toMatchObject({ type: 'character', major: 0, minor: 0 });
  });

  it('is checked out from objects exactly as it was consumed', async () => {
    const checkout = await fixture.store.trees.checkout(fixture.summary.digest, testIds);
    const consumed = listing(checkout);
    runInIdSpace('mv', checkout, path.join(fixture.place, 'aside'));
    expect(await fixture.store.trees.checkout(fixture.summary.digest, testIds)).toBe(checkout);
    expect(listing(checkout)).toBe(consumed);
    expect(listing(checkout)).not.toMatch(/\|(?!315619200)\d+\.\d+\|/);
    const stat = (name: string) => fs.statSync(path.join(checkout, name)).ino;
    expect(stat('etc/passwd')).toBe(stat('z-link'));
    expect(fs.statSync(path.join(checkout, 'sparse')).blocks).toBeLessThan(100);
  });

  it('knows the names in it, but not those that it takes away', async () => {
    const names = await fixture.store.trees.names(fixture.summary.digest);
    expect(['/', '/etc/passwd', '/dangling', '/closed/inside'].map((name) => names.has(name))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['/gone', '/nowhere', 'etc/passwd', '/etc/'].map((name) => names.has(name))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('trees', () => {
  async function consume(fill: string): Promise<TreeSummary> {
    await using scratch = await fixture.store.scratch(testIds);
    const directory = await scratch.make('root');
    runInIdSpace('sh', '-c', `cd "$1" && ${fill}`, 'sh', directory);
    return await fixture.store.trees.consume(directory, testIds);
  }

  it('differ when a byte, a mode, a name or a link differs, and say where', async () => {
    const { digest: left } = await consume('echo a > a; echo b > b; ln -s x l; mkdir d; echo 1 > h; ln h i');
    const { digest: right } = await consume(
      'echo A > a; echo b > b; chmod 600 b; ln -s y l; touch d; echo 1 > h; echo 1 > i; : > new',
    );
    expect(await fixture.store.trees.compare(left, right, 10)).toEqual([
      '/a: other bytes of the same size 2',
      '/b: mode 644 and 600',
      '/d: directory and file',
      '/i: hard link to /h and file',
      '/l: target x and y',
      '/new: only in the second',
    ]);
    expect(await fixture.store.trees.compare(left, right, 2)).toHaveLength(2);
    expect(await fixture.store.trees.compare(left, left, 10)).toEqual([]);
  });

  it('share the inode of equal files with equal metadata, and only those', async () => {
    const { digest } = await consume('echo same > a; echo same > b; echo same > c; chmod 600 c; : > e; : > f');
    const checkout = await fixture.store.trees.checkout(digest, testIds);
    const inode = (name: string) => fs.statSync(path.join(checkout, name)).ino;
    expect(inode('a')).toBe(inode('b'));
    expect(inode('a')).not.toBe(inode('c'));
    expect(inode('e')).not.toBe(inode('f'));
  });

  it('have whiteouts without mode and owner, which overlay gives as it likes', async () => {
    const [plain, other] = [await consume('mknod -m 000 gone c 0 0'), await consume('mknod -m 640 gone c 0 0')];
    expect(other).toEqual(plain);
  });

  it('refuse a socket by name', async () => {
    const socket = `${process.execPath} -e "require('net').createServer().listen('socket', () => process.exit())"`;
    await expect(consume(`mkdir run; cd run; ${socket}`)).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining('`/run/socket`') as string,
    });
  });

  it('refuse an overlay redirect, which would hide where the content is', async () => {
    const program = `require('@napi-rs/xattr').setAttributeSync('moved', 'user.overlay.redirect', 'x')`;
    const node = `NODE_PATH=${path.resolve('node_modules')} ${process.execPath} -e "${program}"`;
    await expect(consume(`mkdir moved; ${node}`)).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining('`/moved`') as string,
    });
  });

  it('go on after a refusal', async () => {
    expect(await consume('echo fine > file')).toMatchObject({ entries: 2, bytes: 5 });
  });

  it('of many files are hashed in threads to the same objects', async () => {
    const fill = 'seq -f "%g" 1 7100 | xargs touch; for i in $(seq 1 7100); do echo $i > $i; done';
    const { digest, entries } = await consume(fill);
    expect(entries).toBe(7101);
    const checkout = await fixture.store.trees.checkout(digest, testIds);
    runInIdSpace('mv', checkout, path.join(fixture.place, 'many'));
    // The checkout hashes every object again, in one thread.
    expect(fs.readdirSync(await fixture.store.trees.checkout(digest, testIds))).toHaveLength(7100);
  });

  it('consumed by two processes at once are one checkout', async () => {
    const other = await openTestStore(fixture.root);
    const make = async (store: typeof other) => {
      await using scratch = await store.scratch(testIds);
      const directory = await scratch.make('root');
      runInIdSpace('sh', '-c', 'cd "$1" && for i in $(seq 1 300); do echo $i > $i; done', 'sh', directory);
      return await store.trees.consume(directory, testIds);
    };
    const [left, right] = await Promise.all([make(fixture.store), make(other)]);
    await other.close();
    expect(left).toEqual(right);
    expect(fs.readdirSync(await fixture.store.trees.checkout(left.digest, testIds))).toHaveLength(300);
  });

  it('that are unknown are damage, named', async () => {
    const unknown = '0'.repeat(64) as TreeDigest;
    await expect(fixture.store.trees.checkout(unknown, testIds)).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining(unknown) as string,
    });
  });

  it('print paths so that a terminal is safe from them', () => {
    expect(printablePath('a\x1b[2J\xff\\')).toBe('/a\\x1b[2J\\xff\\x5c');
  });
});
