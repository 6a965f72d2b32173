import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { testIds } from '../test-store.ts';
import { directory, file, link, symlink } from './hostile-kit.ts';
import { rawMember, rawTar } from './raw-tar.ts';
import { fixture, HOME, keep, list, unpack } from './unpack-kit.ts';

const tree = rawTar(directory('etc'), file('etc/passwd', { content: 'root' }), symlink('bin', 'usr/bin'));
const TREE = ['./bin -> usr/bin', './etc 755 directory', './etc/passwd 644 root'];

const compress = (program: string, ...options: readonly string[]): Buffer =>
  execFileSync(program, options, { input: tree, maxBuffer: 2 ** 26 });

describe('an archive of the store', () => {
  it.for([
    { title: 'plain', bytes: () => tree },
    { title: 'whose root is called `/`', bytes: () => Buffer.concat([rawMember(directory('/')), tree]) },
    { title: 'by gzip', bytes: () => compress('gzip', '-c') },
    { title: 'by gzip in two members', bytes: () => twice((part) => zlib.gzipSync(part)) },
    { title: 'by gzip with zeros behind it', bytes: () => Buffer.concat([zlib.gzipSync(tree), Buffer.alloc(700)]) },
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
      title: 'goes on after what zstd compressed',
      bytes: () => Buffer.concat([zlib.zstdCompressSync(tree), Buffer.from('more')]),
      reason: 'what zstd compressed',
    },
    {
      title: 'goes on after what gzip compressed',
      bytes: () => Buffer.concat([zlib.gzipSync(tree), Buffer.from('more')]),
      reason: 'what gzip compressed',
    },
    {
      title: 'goes on after what xz compressed',
      bytes: () => Buffer.concat([compress('xz', '-c'), Buffer.from('more')]),
      reason: 'what xz compressed',
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
