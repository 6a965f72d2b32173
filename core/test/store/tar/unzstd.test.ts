import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { compressedFile } from '../../../src/store/tar/compressed-file.ts';
import { unzstd } from '../../../src/store/tar/unzstd.ts';
import { findZstdFrame } from '../../../src/store/tar/zstd-frame.ts';
import { makePlace, removePlace } from '../test-store.ts';

let place: string;
beforeAll(() => (place = makePlace()));
afterAll(() => removePlace(place));

async function decompress(bytes: Buffer): Promise<Buffer> {
  const file = path.join(place, 'archive');
  fs.writeFileSync(file, bytes);
  const chunks: Buffer[] = [];
  for await (const chunk of unzstd(compressedFile(file))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function compress(content: Buffer, checksum: boolean): Buffer {
  return zlib.zstdCompressSync(content, { params: { [zlib.constants.ZSTD_c_checksumFlag]: checksum ? 1 : 0 } });
}

function skippable(content: Uint8Array): Buffer {
  const header = Buffer.from('\x5a\x2a\x4d\x18\0\0\0\0', 'latin1');
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content]);
}

const MEBIBYTE = 1024 * 1024;
/** Small and large, which repeats itself and which does not; a large one is no whole number of blocks. */
const content = fc
  .tuple(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(1, 1, 1, 40, 5000))
  .map(([bytes, times]) => Buffer.concat(Array.from({ length: times }, () => bytes)));

describe('what zstd compressed', () => {
  it('is what all of its frames hold, whatever lies between them', async () => {
    const piece = fc.record({ content, checksum: fc.boolean(), skipped: fc.uint8Array({ maxLength: 20 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 8 }), async (pieces) => {
        const frames = pieces.flatMap((each) => [skippable(each.skipped), compress(each.content, each.checksum)]);
        for (const frame of frames) expect(findZstdFrame(frame)?.length).toBe(frame.length);

        const decompressed = await decompress(Buffer.concat(frames));

        expect(decompressed.equals(Buffer.concat(pieces.map((each) => each.content)))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it.for(['--single-thread', '--long=27', '--no-check', '--no-content-size'])(
    'is read as the program zstd wrote it, with %s',
    async (option) => {
      const source = Buffer.concat([
        Buffer.alloc(3 * MEBIBYTE, 'words '),
        fs.readFileSync(process.execPath).subarray(0, MEBIBYTE),
      ]);

      const written = execFileSync('zstd', ['-c', option], { input: source, maxBuffer: 8 * MEBIBYTE });

      expect((await decompress(Buffer.concat([written, written]))).equals(Buffer.concat([source, source]))).toBe(true);
    },
  );

  it('may have a frame for each file, as archives do of which parts are fetched', async () => {
    const frame = compress(Buffer.alloc(512, 'x'), true);

    const decompressed = await decompress(Buffer.concat(Array.from({ length: 12_000 }, () => frame)));

    expect(decompressed).toHaveLength(12_000 * 512);
  });

  it.for([
    { title: 'empty frames', frame: zlib.zstdCompressSync(Buffer.alloc(0)) },
    { title: 'frames to skip', frame: skippable(Buffer.alloc(0)) },
  ])('is refused where it is nothing but $title', async ({ frame }) => {
    const frames = Buffer.concat(Array.from({ length: 10_001 }, () => frame));

    await expect(decompress(frames)).rejects.toThrow('too many frames');
  });

  it.for([
    { title: 'something else behind it', bytes: (frame: Buffer) => Buffer.concat([frame, Buffer.from('something')]) },
    { title: 'its end cut off', bytes: (frame: Buffer) => Buffer.concat([frame, frame.subarray(0, -1)]) },
    { title: 'a wrong checksum', bytes: (frame: Buffer) => Buffer.concat([frame.subarray(0, -4), Buffer.alloc(4)]) },
    {
      title: 'a frame to skip that is cut',
      bytes: (frame: Buffer) => Buffer.concat([frame, skippable(frame).subarray(0, -1)]),
    },
    { title: 'a block of an unknown type', bytes: () => Buffer.from('28b52ffd0000070000', 'hex') },
  ])('is refused with $title', async ({ bytes }) => {
    const frame = compress(Buffer.from('some words'), true);

    await expect(decompress(bytes(frame))).rejects.toThrow(RangeError);
  });
});
