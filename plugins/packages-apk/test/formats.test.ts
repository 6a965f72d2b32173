import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { gzipMember } from '../src/gzip-member.ts';
import { checkedPackage } from '../src/package-check.ts';
import { readIndexArchive } from '../src/repository-index.ts';
import { tarEntries, type TarEntry } from '../src/tar-entries.ts';
import { makeIndex, makePackage, tarSection } from './apk-format.ts';

const tiny = makePackage({
  name: 'tiny',
  fields: ['D:so:libc.musl-x86_64.so.1', 'p:cmd:tiny=1.0-r0 so:libtiny.so.1=1.2 bare'],
});

test('what these tests take for a package is one tar to GNU tar', () => {
  const listed = execFileSync('tar', ['-tzf', '-'], { input: tiny.bytes, encoding: 'utf8' });

  expect(listed.split('\n')).toEqual([
    '.SIGN.RSA.test@example.invalid.rsa.pub',
    '.PKGINFO',
    '.post-install',
    'usr/share/tiny',
    '',
  ]);
});

test('an index is read behind its signature', async () => {
  const { record } = makePackage({ name: 'other', version: '2.0_rc1-r3' });
  const packages = await readIndexArchive(makeIndex([tiny.record, record]));

  expect(packages).toEqual([
    {
      ...{ name: 'tiny', version: '1.0-r0', arch: 'noarch', size: String(tiny.bytes.length) },
      checksum: `Q1${Buffer.from(tiny.identity, 'hex').toString('base64')}`,
      provides: ['cmd:tiny', 'so:libtiny.so.1', 'bare'],
    },
    expect.objectContaining({ name: 'other', version: '2.0_rc1-r3', provides: [] }),
  ]);
});

test.each([
  { title: 'is no gzip', bytes: Buffer.from('<html>'), message: 'incorrect header' },
  { title: 'has no index', bytes: gzipSync(tarSection({ other: '' })), message: 'no file `APKINDEX`' },
  { title: 'is cut off', bytes: makeIndex([tiny.record]).subarray(0, -20), message: 'unexpected end' },
  {
    title: 'is cut off inside of the tar',
    bytes: gzipSync(tarSection({ APKINDEX: 'x'.repeat(2000) }).subarray(0, 1024)),
    message: 'cut off',
  },
  {
    title: 'unpacks to more than an index has',
    bytes: gzipSync(Buffer.alloc(130 * 1024 * 1024), { level: 1 }),
    message: 'larger than',
  },
])('an index that $title is an error', async ({ bytes, message }) => {
  await expect(readIndexArchive(bytes)).rejects.toThrow(message);
});

test('members of a gzip file are found one after the other, whatever its headers hold', () => {
  const first = execFileSync('gzip', ['-c', '-N', import.meta.filename]);
  const both = Buffer.concat([first, gzipSync('second')]);

  const one = gzipMember(both, 0, 1 << 20);
  expect(one?.end).toBe(first.length);
  expect(gzipMember(both, one?.end ?? 0, 1 << 20)?.content.toString()).toBe('second');
});

test('a member that has not arrived yet is none, and what is no gzip is an error', () => {
  const member = gzipSync('some text, and some text, and some text');

  for (let length = 3; length < member.length; length += 1)
    expect(gzipMember(member.subarray(0, length), 0, 99)).toBeUndefined();
  expect(() => gzipMember(Buffer.from('this is no gzip at all'), 0, 99)).toThrow('It is no gzip');
  expect(() => gzipMember(gzipSync(Buffer.alloc(100)), 0, 99)).toThrow('larger than 99 bytes');
});

test('no bytes make the reader of tar archives go on for ever or read beyond them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
      const read = readAll(Buffer.from(bytes));
      expect(read.every(({ content }) => content.length <= bytes.length)).toBe(true);
    }),
  );
});

test.each([1, 100, 1 << 20])('a package that is in order passes in pieces of %i bytes', async (piece) => {
  const expected = { identity: tiny.identity, size: tiny.bytes.length };

  expect(await passed(tiny.bytes, expected, piece)).toEqual(tiny.bytes);
});

test('a package without a signature passes as well', async () => {
  const unsigned = tiny.bytes.subarray(gzipMember(tiny.bytes, 0, 1 << 20)?.end ?? 0);

  expect(await passed(unsigned, { identity: tiny.identity, size: unsigned.length })).toEqual(unsigned);
});

const changed = (bytes: Buffer): Buffer => Buffer.concat([bytes.subarray(0, -30), Buffer.alloc(30)]);

test.each([
  { made: makePackage({ name: 'other' }), as: tiny, message: 'is another than the index has' },
  { made: { bytes: changed(tiny.bytes) }, as: tiny, message: 'has other data than its control section says' },
  { made: makePackage({ name: 'x', datahash: '0'.repeat(64) }), as: undefined, message: 'has other data' },
  { made: makePackage({ name: 'x', datahash: '' }), as: undefined, message: 'does not say the digest of its data' },
  { made: { bytes: gzipSync(tarSection({ '.SIGN.RSA.x': '' })) }, as: tiny, message: 'has no control section' },
  { made: { bytes: Buffer.from('<html>not found, but with status 200</html>') }, as: tiny, message: 'It is no gzip' },
])('a package that $message is refused', async ({ made, as, message }) => {
  const identity = as?.identity ?? ('identity' in made ? made.identity : '');

  await expect(passed(made.bytes, { identity, size: made.bytes.length })).rejects.toThrow(message);
});

test('a package of another size is refused, and one without end before it has ended', async () => {
  const { identity, bytes } = tiny;

  await expect(passed(bytes, { identity, size: bytes.length + 1 })).rejects.toThrow('bytes and not the');
  await expect(passed(Buffer.alloc(1 << 26), { identity, size: 1000 })).rejects.toThrow('more than the 1000 bytes');
});

async function passed(bytes: Buffer, expected: Parameters<typeof checkedPackage>[1], piece = 4096): Promise<Buffer> {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let start = 0; start < bytes.length; start += piece) yield bytes.subarray(start, start + piece);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of checkedPackage(pieces(), expected)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function readAll(archive: Buffer): readonly TarEntry[] {
  const entries: TarEntry[] = [];
  try {
    for (const entry of tarEntries(archive)) entries.push(entry);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return entries;
}
