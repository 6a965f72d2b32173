import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ArchivePin } from '../../../src/contracts/lock.ts';
import { makeTestStore, removePlace, runInIdSpace, testIds } from '../test-store.ts';
import { directory, file, link, symlink } from './hostile-kit.ts';
import { rawTar } from './raw-tar.ts';

const fixture = {} as Awaited<ReturnType<typeof makeTestStore>>;
beforeAll(async () => {
  Object.assign(fixture, await makeTestStore());
});
afterAll(async () => {
  await fixture.store.close();
  removePlace(fixture.place);
});

function keep(bytes: Buffer, name = 'layer'): Promise<ArchivePin> {
  const named = { name, version: '1', arch: 'all', url: 'http://example.invalid/layer.tar' };
  return fixture.store.archives.keep(named, Readable.from([bytes]));
}

const HOME = './root 700 directory';

/** Every path with its type, mode and content or target, as `find` sees it, and what went wrong instead. */
async function unpack(archives: readonly Buffer[], whiteouts: 'none' | 'oci' = 'oci'): Promise<readonly string[]> {
  const pins: ArchivePin[] = [];
  for (const [index, bytes] of archives.entries()) pins.push(await keep(bytes, `layer-${index}`));
  await using scratch = await fixture.store.scratch(testIds);
  const target = await scratch.make('root');
  await fixture.store.trees.unpack(pins, { directory: target, whiteouts, ids: testIds });
  return list(target).filter((line) => line !== HOME);
}

function list(target: string): readonly string[] {
  const script = `cd "$1" && find . -mindepth 1 | LC_ALL=C sort | while IFS= read -r each; do
    if [ -L "$each" ]; then echo "$each -> $(readlink "$each")"
    elif [ -f "$each" ]; then echo "$each $(stat -c %a "$each") $(cat "$each")"
    else echo "$each $(stat -c '%a %F' "$each")"; fi
  done`;
  return runInIdSpace('sh', '-c', script, 'sh', target).trimEnd().split('\n');
}

const tree = rawTar(directory('etc'), file('etc/passwd', { content: 'root' }), symlink('bin', 'usr/bin'));
const TREE = ['./bin -> usr/bin', './etc 755 directory', './etc/passwd 644 root'];

const compress = (program: string, ...options: readonly string[]): Buffer =>
  execFileSync(program, options, { input: tree, maxBuffer: 2 ** 26 });

describe('an archive of the store', () => {
  it.for([
    { title: 'plain', bytes: () => tree },
    { title: 'by gzip', bytes: () => compress('gzip', '-c') },
    { title: 'by gzip in two members', bytes: () => twice((part) => zlib.gzipSync(part)) },
    { title: 'by zstd', bytes: () => compress('zstd', '-c') },
    { title: 'by zstd in two frames, with one to skip', bytes: () => twice((part) => zlib.zstdCompressSync(part)) },
    { title: 'by xz', bytes: () => compress('xz', '-c') },
    { title: 'by xz in small blocks', bytes: () => compress('xz', '-c', '--block-size=512') },
    { title: 'by xz in two streams', bytes: () => twice((part) => execFileSync('xz', ['-c'], { input: part })) },
  ])('becomes a directory, $title', async ({ bytes }) => {
    expect(await unpack([bytes()], 'none')).toEqual(TREE);
  });

  it.for([
    { title: 'is something else', bytes: () => Buffer.from('BZh91AY&SY'.repeat(100)), reason: 'no tar archive' },
    { title: 'is cut in gzip', bytes: () => zlib.gzipSync(tree).subarray(0, -4), reason: 'what gzip compressed' },
    {
      title: 'is cut in zstd',
      bytes: () => zlib.zstdCompressSync(tree).subarray(0, -4),
      reason: 'what zstd compressed',
    },
    { title: 'is cut in xz', bytes: () => compress('xz', '-c').subarray(0, -4), reason: 'what xz compressed' },
    {
      title: 'ends before its tar does',
      bytes: () => zlib.gzipSync(tree.subarray(0, 700)),
      reason: 'the archive is cut',
    },
    {
      title: 'goes on after its end',
      bytes: () => Buffer.concat([zlib.zstdCompressSync(tree), Buffer.from('more')]),
      reason: 'zstd',
    },
    {
      title: 'is a bomb of zstd',
      bytes: () => zlib.zstdCompressSync(Buffer.alloc(160 * 1024 ** 2)),
      reason: 'more than 1000 times',
    },
    { title: 'is a bomb of xz', bytes: () => bomb('xz'), reason: 'more than 1000 times' },
  ])('is one error where it $title', async ({ bytes, reason }) => {
    await expect(unpack([bytes()])).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringMatching(new RegExp(`\`layer-0\`.*${reason}`, 'u')) as string,
    });
  });

  it('is refused where its bytes changed', async () => {
    const pin = await keep(rawTar(file('precious', { content: 'a'.repeat(1000) })));
    const objects = fs.readdirSync(path.join(fixture.root, 'objects'), { recursive: true, encoding: 'utf8' });
    const object = objects.find((name) => name.includes('/') && contains(path.join(fixture.root, 'objects', name)));
    const place = path.join(fixture.root, 'objects', object ?? '');
    fs.writeFileSync(place, fs.readFileSync(place, 'latin1').replace('aaa', 'bbb'), 'latin1');
    await using scratch = await fixture.store.scratch(testIds);
    const target = { directory: await scratch.make('root'), whiteouts: 'none', ids: testIds } as const;

    await expect(fixture.store.trees.unpack([pin], target)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });
});

function contains(place: string): boolean {
  return fs.readFileSync(place, 'latin1').startsWith('precious');
}

function twice(compressPart: (part: Buffer) => Buffer): Buffer {
  const skipped = Buffer.from('\x50\x2a\x4d\x18\x04\0\0\0skip', 'latin1');
  const [first, second] = [compressPart(tree.subarray(0, 800)), compressPart(tree.subarray(800))];
  return Buffer.concat(first[0] === 0x28 ? [skipped, first, skipped, second] : [first, second]);
}

function bomb(program: string): Buffer {
  return execFileSync('sh', ['-c', `head -c 160M /dev/zero | ${program} -c -0`]);
}

describe('archives one upon the other', () => {
  it('replace anything by anything, and keep what is in a directory', async () => {
    const lower = rawTar(
      directory('kept', { mode: 0o700 }),
      file('kept/old'),
      directory('was-directory'),
      directory('was-directory/deep'),
      file('was-directory/deep/file'),
      file('was-file'),
      symlink('was-link', 'kept'),
    );
    const upper = rawTar(
      directory('kept', { mode: 0o711 }),
      file('kept/new'),
      file('was-directory', { content: 'now' }),
      directory('was-file'),
      file('was-link/inside'),
    );

    expect(await unpack([lower, upper], 'none')).toEqual([
      './kept 711 directory',
      './kept/new 644 x',
      './kept/old 644 x',
      './was-directory 644 now',
      './was-file 755 directory',
      './was-link 755 directory',
      './was-link/inside 644 x',
    ]);
  });

  it('may have hard links to what is below, and change one name of an inode alone', async () => {
    const lower = rawTar(file('a', { content: 'old' }), link('b', 'a'));
    const upper = rawTar(link('c', 'b'), file('a', { content: 'new' }));

    expect(await unpack([lower, upper])).toEqual(['./a 644 new', './b 644 old', './c 644 old']);
  });

  it.for([
    { title: 'nothing', target: 'gone' },
    { title: 'a directory', target: 'directory' },
    { title: 'something behind a symbolic link', target: 'leads/file' },
    { title: 'what this archive has replaced', target: 'directory/file', before: [file('directory')] },
  ])('may not have a hard link to $title', async ({ target, before = [] }) => {
    const lower = rawTar(directory('directory'), file('directory/file'), symlink('leads', 'directory'));

    await expect(unpack([lower, rawTar(...before, link('new', target))])).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining('`/new`: it is a hard link to') as string,
    });
  });

  const lower = rawTar(directory('d'), file('d/a'), file('d/b'), directory('d/sub'), file('d/sub/c'), file('e'));

  it('remove by whiteouts, wherever in the archive these are', async () => {
    const members = [file('.wh.e', { content: '' }), file('d/.wh.a', { content: '' }), file('d/b', { content: 'new' })];
    const removed = ['./d 755 directory', './d/b 644 new', './d/sub 755 directory', './d/sub/c 644 x'];

    expect(await unpack([lower, rawTar(...members)])).toEqual(removed);
    expect(await unpack([lower, rawTar(...members.toReversed())])).toEqual(removed);
  });

  it('hide all of a directory that is opaque, but what the same archive has in it', async () => {
    const members = [
      directory('d', { mode: 0o750 }),
      file('d/.wh..wh..opq', { content: '' }),
      file('d/sub/new', { content: 'new' }),
    ];
    const hidden = ['./d 750 directory', './d/sub 755 directory', './d/sub/new 644 new', './e 644 x'];

    expect(await unpack([lower, rawTar(...members)])).toEqual(hidden);
    expect(await unpack([lower, rawTar(...members.toReversed())])).toEqual(hidden);
  });

  it('add again what they remove: the whiteout is for what was below', async () => {
    const members = [file('d/sub', { content: 'new' }), file('d/.wh.sub', { content: '' })];

    expect(await unpack([lower, rawTar(...members)])).toContain('./d/sub 644 new');
    expect(await unpack([lower, rawTar(...members.toReversed())])).toContain('./d/sub 644 new');
  });

  it('know whiteouts in images of OCI alone', async () => {
    const upper = rawTar(file('.wh.e', { content: '' }));

    expect(await unpack([lower, upper], 'none')).toContain('./e 644 x');
    expect(await unpack([lower, upper], 'none')).toContain('./.wh.e 644 ');
  });

  it('never reach through a symbolic link to remove', async () => {
    const links = rawTar(directory('d'), file('d/a'), symlink('leads', 'd'));
    const upper = rawTar(file('leads/.wh.a', { content: '' }), file('leads/.wh..wh..opq', { content: '' }));

    expect(await unpack([links, upper])).toEqual(['./d 755 directory', './d/a 644 x', './leads -> d']);
  });

  it('may say what was in a directory that became something else', async () => {
    const upper = rawTar(
      symlink('d', 'e'),
      ...['d/.wh.a', 'd/.wh..wh..opq', 'd/sub/.wh.c'].map((name) => file(name, { content: '' })),
    );

    expect(await unpack([lower, upper])).toEqual(['./d -> e', './e 644 x']);
  });

  it.for(['.wh.', '.wh..', '.wh...', '.wh..wh.plnk', '.wh..wh..wh.x'])('refuse the whiteout `%s`', async (name) => {
    await expect(unpack([rawTar(file(name, { content: '' }))])).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it.for([
    { title: 'its marks', length: -1024 },
    { title: 'one of its marks', length: -512 },
    { title: 'its padding', length: -1024 - 511 },
    { title: 'a part of its padding', length: -1024 - 100 },
  ])('may end without $title in images of OCI alone', async ({ length }) => {
    const archive = rawTar(directory('etc'), file('etc/passwd', { content: 'r' })).subarray(0, length);

    expect(await unpack([archive])).toEqual(['./etc 755 directory', './etc/passwd 644 r']);
    await expect(unpack([archive], 'none')).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it.for([
    { title: 'a file', length: -1024 - 512 },
    { title: 'a header', length: -1024 - 513 },
  ])('may not end within $title', async ({ length }) => {
    const archive = rawTar(directory('etc'), file('etc/passwd', { content: 'r' })).subarray(0, length);

    await expect(unpack([archive])).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining('the archive is cut') as string,
    });
  });

  it('refuse a whiteout with content, and name its archive', async () => {
    await expect(unpack([lower, rawTar(file('.wh.e'))])).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining('`layer-1`') as string,
    });
  });
});

describe('an image', () => {
  it('has a home for those who enter it', async () => {
    await using scratch = await fixture.store.scratch(testIds);
    const [without, own] = [await scratch.make('without'), await scratch.make('own')];

    for (const [target, archive] of [
      [without, rawTar(file('a'))],
      [own, rawTar(symlink('root', 'home'))],
    ] as const) {
      const pins = [await keep(archive)];
      await fixture.store.trees.unpack(pins, { directory: target, whiteouts: 'none', ids: testIds });
    }

    expect(list(without)).toEqual(['./a 644 x', HOME]);
    expect(list(own)).toEqual(['./root -> home']);
  });

  it('goes without its devices, and without further names of them', async () => {
    const archive = rawTar(
      file('dev/old'),
      { name: 'dev/null', type: '3', major: 1, minor: 3 },
      link('dev/zero', 'dev/null'),
      { name: 'fifo', type: '6' },
    );
    const upper = rawTar({ name: 'dev/old', type: '3', major: 0, minor: 0 });

    expect(await unpack([archive, upper])).toEqual(['./dev 755 directory', './fifo 644 fifo']);
  });

  it('with an owner that no tree can have is refused', async () => {
    await expect(unpack([rawTar(file('a', { uid: 65_536 }))])).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining('user id') as string,
    });
  });

  it('loses its owners where there is one id alone', async () => {
    const pin = await keep(rawTar(file('a', { uid: 7, gid: 42 })));
    await using scratch = await fixture.store.scratch('single');
    const target = await scratch.make('root');

    await fixture.store.trees.unpack([pin], { directory: target, whiteouts: 'none', ids: 'single' });

    const { uid, gid } = fs.lstatSync(path.join(target, 'a'));
    expect([uid, gid]).toEqual([process.getuid?.(), process.getgid?.()]);
  });
});
