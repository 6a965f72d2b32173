import type { ObjectId } from '../contracts/ids.ts';
import { IDENTITY, type InodeIdentity } from './inode-identity.ts';

const DIGEST = 32;
/** Bytes of a row: the identity, inode number first, the object, and whether the file is plain. */
export const STAT_ROW = IDENTITY + DIGEST + 8;

/** What is known of a file that did not change. */
export interface KnownFile {
  readonly object: ObjectId;
  /** It has no attributes that belong to a tree. */
  readonly plain: boolean;
}

export interface StatRows {
  find(inode: InodeIdentity): { readonly row: Buffer; readonly known: KnownFile } | undefined;
}

/** Looks rows up where they lie: making values of tens of thousands would cost more than most uses save. */
export function statRows(body: Buffer): StatRows {
  const count = body.length / STAT_ROW;
  const wanted = Buffer.alloc(IDENTITY);
  return {
    find(inode) {
      wanted.write(inode, 'latin1');
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

/** Rows in few buffers: one for each row would take several times their room, and one that grows twice. */
export interface StatRowList {
  /** Adds a row as `StatRows` gave it. */
  add(row: Buffer): void;
  put(inode: InodeIdentity, known: KnownFile): void;
  count(): number;
  /** Piece by piece, in the order of their bytes, by which they are looked up. */
  sorted(): Iterable<Buffer>;
}

const PIECE_ROWS = 1024;

export function statRowList(): StatRowList {
  const pieces: Buffer[] = [];
  let count = 0;

  function rowAt(index: number): Buffer {
    const start = (index % PIECE_ROWS) * STAT_ROW;
    return (pieces[Math.floor(index / PIECE_ROWS)] as Buffer).subarray(start, start + STAT_ROW);
  }

  function claim(): Buffer {
    if (count % PIECE_ROWS === 0) pieces.push(Buffer.allocUnsafe(PIECE_ROWS * STAT_ROW));
    count += 1;
    return rowAt(count - 1);
  }

  return {
    add(row) {
      row.copy(claim());
    },
    put(inode, known) {
      writeRow(claim(), inode, known);
    },
    count: () => count,
    *sorted() {
      const order = Uint32Array.from({ length: count }, (_, index) => index);
      order.sort((left, right) => rowAt(left).compare(rowAt(right)));
      for (let start = 0; start < count; start += PIECE_ROWS) {
        yield Buffer.concat(Array.from(order.subarray(start, start + PIECE_ROWS), rowAt));
      }
    },
  };
}

function writeRow(row: Buffer, inode: InodeIdentity, { object, plain }: KnownFile): void {
  row.fill(0);
  row.write(inode, 'latin1');
  row.write(object, IDENTITY, 'hex');
  row.writeUInt8(plain ? 1 : 0, IDENTITY + DIGEST);
}
