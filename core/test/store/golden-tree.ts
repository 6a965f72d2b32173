import type { ObjectId } from '../../src/contracts/ids.ts';
import { isWhiteout, type TreeEntry } from '../../src/store/tree-entry.ts';

const plain = { uid: 0, gid: 0, attributes: [] };

/** One entry of each type; `docs/store-format.md` shows its bytes. */
export const goldenTree: readonly TreeEntry[] = [
  { type: 'directory', path: '', opaque: false, mode: 0o755, ...plain },
  {
    type: 'file',
    path: 'a',
    size: 1,
    object: 'aa'.repeat(32) as ObjectId,
    mode: 0o4755,
    uid: 1,
    gid: 258,
    attributes: [{ name: 'user.note', value: Buffer.from('x') }],
  },
  { type: 'link', path: 'b', target: 'a' },
  { type: 'symlink', path: 'c', target: '\xff', mode: 0o777, ...plain },
  { type: 'directory', path: 'd', opaque: true, mode: 0o755, ...plain },
  { type: 'fifo', path: 'd/p', mode: 0o600, ...plain },
  { type: 'block', path: 'e', major: 8, minor: 1, mode: 0o660, uid: 0, gid: 6, attributes: [] },
  { type: 'character', path: 'gone', major: 0, minor: 0, mode: 0, ...plain },
];

export const GOLDEN_HEX = [
  '6b617261706163652f747265652f76310a08000000640000000000ed0100000000000000000000000066000100000061ed09',
  '01000000020100000100000009000000757365722e6e6f746501000000780100000000000000aaaaaaaaaaaaaaaaaaaaaaaa',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa6800010000006201000000616c000100000063ff01000000000000000000',
  '00000001000000ff64010100000064ed01000000000000000000000000700003000000642f70800100000000000000000000',
  '000062000100000065b0010000000006000000000000000800000001000000630004000000676f6e65000000000000000000',
  '00000000000000000000000000',
].join('');
export const GOLDEN_DIGEST = 'cb3af56c674e28f8abd92821afa05ef1451e42bae95372106bf6946f4047e3ae';
export const GOLDEN_CLASS = '755.0.0.621dd42ca2991b5429ff7a3dae427af6457067f734bbe110c340b2783870813e';

/** The same with times: a moment before 1970, one that 32 bits of seconds cannot hold, and one that 64 bits of nanoseconds cannot. */
const TIMES: Readonly<Record<string, bigint>> = {
  '': 1_700_000_000_123_456_789n,
  a: -1n,
  c: 4_294_967_296_000_000_000n,
  d: 0n,
  'd/p': 10_000_000_000_000_000_001n,
  e: 999_999_999n,
};
export const goldenTimedTree: readonly TreeEntry[] = goldenTree.map((entry) => {
  if (entry.type === 'link') return entry;
  return { ...entry, mtime: isWhiteout(entry) ? 0n : (TIMES[entry.path] ?? 0n) };
});

export const GOLDEN_TIMED_HEX = [
  '6b617261706163652f747265652f76320a08000000640000000000ed01000000000000000000f153650000000015cd5b0700',
  '00000066000100000061ed090100000002010000ffffffffffffffffffc99a3b0100000009000000757365722e6e6f746501',
  '000000780100000000000000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa680001000000',
  '6201000000616c000100000063ff0100000000000000000000000001000000000000000000000001000000ff640101000000',
  '64ed01000000000000000000000000000000000000000000000000700003000000642f708001000000000000000000e40b54',
  '02000000010000000000000062000100000065b00100000000060000000000000000000000ffc99a3b000000000800000001',
  '000000630004000000676f6e6500000000000000000000000000000000000000000000000000000000000000000000',
].join('');
export const GOLDEN_TIMED_DIGEST = '384bd1b86239ace3f76fc07be468d3d770a8b4974f32b7dd9b8ee47d4619080c';
