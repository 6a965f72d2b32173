import type { ObjectId } from '../contracts/ids.ts';
import type { InodeIdentity, KnownFile } from './stat-cache.ts';

const IDENTITY = 5 * 8;
const DIGEST = 32;
/** Bytes of a row: the identity, inode number first, the object, and whether the file is plain. */
export const STAT_ROW = IDENTITY + DIGEST + 8;

export interface StatRows {
  find(inode: InodeIdentity): { readonly row: Buffer; readonly known: KnownFile } | undefined;
}

/** Looks rows up where they lie: making values of tens of thousands would cost more than most uses save. */
export function statRows(body: Buffer): StatRows {
  const count = body.length / STAT_ROW;
  const wanted = Buffer.alloc(IDENTITY);
  return {
    find(inode) {
      writeIdentity(wanted, inode);
      let [low, high] = [0, count];
      while (low < high) {
        const middle = (low + high) >>> 1;
        const at = middle * STAT_ROW;
        const order = body.compare(wanted, 0, IDENTITY, at, at + IDENTITY);
        if (order === 0) return readRow(body.subarray(at, at + STAT_ROW));
        if (order < 0) low = middle + 1;
        else high = middle;
      }
      return undefined;
    },
  };
}

function readRow(row: Buffer): { readonly row: Buffer; readonly known: KnownFile } {
  const object = row.toString('hex', IDENTITY, IDENTITY + DIGEST) as ObjectId;
  return { row, known: { object, plain: row.readUInt8(IDENTITY + DIGEST) === 1 } };
}

/** Rows in one buffer: a buffer for each would take several times their room. */
export interface StatRowList {
  /** Adds a row as `StatRows` gave it. */
  add(row: Buffer): void;
  put(inode: InodeIdentity, known: KnownFile): void;
  count(): number;
  /** In the order of their bytes, by which they are looked up. */
  sorted(): Buffer;
}

export function statRowList(): StatRowList {
  let rows = Buffer.allocUnsafe(64 * STAT_ROW);
  let count = 0;

  function claim(): Buffer {
    const start = count * STAT_ROW;
    if (start === rows.length) rows = Buffer.concat([rows], rows.length * 2);
    count += 1;
    return rows.subarray(start, start + STAT_ROW);
  }

  return {
    add(row) {
      row.copy(claim());
    },
    put(inode, known) {
      writeRow(claim(), inode, known);
    },
    count: () => count,
    sorted() {
      const order = Uint32Array.from({ length: count }, (_, index) => index * STAT_ROW).sort((left, right) =>
        rows.compare(rows, right, right + STAT_ROW, left, left + STAT_ROW),
      );
      const sorted = Buffer.allocUnsafe(count * STAT_ROW);
      order.forEach((start, index) => rows.copy(sorted, index * STAT_ROW, start, start + STAT_ROW));
      return sorted;
    },
  };
}

function writeRow(row: Buffer, inode: InodeIdentity, { object, plain }: KnownFile): void {
  row.fill(0);
  writeIdentity(row, inode);
  row.write(object, IDENTITY, 'hex');
  row.writeUInt8(plain ? 1 : 0, IDENTITY + DIGEST);
}

function writeIdentity(into: Buffer, { dev, ino, size, mtimeNs, ctimeNs }: InodeIdentity): void {
  into.writeBigUInt64LE(ino, 0);
  into.writeBigUInt64LE(dev, 8);
  into.writeBigUInt64LE(size, 16);
  into.writeBigInt64LE(BigInt.asIntN(64, mtimeNs), 24);
  into.writeBigInt64LE(BigInt.asIntN(64, ctimeNs), 32);
}
