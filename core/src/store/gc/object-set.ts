import type { ObjectReference } from '../tree-objects.ts';

/**
 * Object file names (`<64 hex>.<class>`) in few bytes each: 32 of the id and 4 that stand for the class. Two classes of one
 * object that share them are taken for one, so that at worst an object stays that could go.
 */
export interface ObjectSet {
  /** Gives whether it was not there. */
  add(id: string, metadataClass: string): boolean;
  has(id: string, metadataClass: string): boolean;
  /** The same for an id that is in 32 bytes. */
  addBytes(bytes: Buffer, reference: ObjectReference): boolean;
  hasBytes(bytes: Buffer, reference: ObjectReference): boolean;
  readonly size: number;
}

const ID = 32;
const ROW = ID + 4;
const EMPTY = -1;

/** A million objects take 36 MB and their index 8. */
export function objectSet(expected = 1024): ObjectSet {
  const table = rowTable(expected);
  const { probe } = table;

  function probeName(id: string, metadataClass: string): void {
    probe.write(id, 0, 'hex');
    probe.writeUInt32LE(hashText(metadataClass), ID);
  }

  function probeBytes(bytes: Buffer, { at, metadataClass }: ObjectReference): void {
    bytes.copy(probe, 0, at, at + ID);
    probe.writeUInt32LE(hashText(metadataClass), ID);
  }

  return {
    add(id, metadataClass) {
      probeName(id, metadataClass);
      return table.add();
    },
    has(id, metadataClass) {
      probeName(id, metadataClass);
      return table.has();
    },
    addBytes(bytes, reference) {
      probeBytes(bytes, reference);
      return table.add();
    },
    hasBytes(bytes, reference) {
      probeBytes(bytes, reference);
      return table.has();
    },
    get size() {
      return table.size();
    },
  };
}

/** Rows of equal length, each once. What is looked for or added is first put into `probe`. */
interface RowTable {
  readonly probe: Buffer;
  readonly add: () => boolean;
  readonly has: () => boolean;
  readonly size: () => number;
}

/** Open addressing over one buffer; at most half of the index is in use. */
function rowTable(expected: number): RowTable {
  let rows = Buffer.allocUnsafe(expected * ROW);
  let index = new Int32Array(powerAbove(expected * 2)).fill(EMPTY);
  let size = 0;
  const probe = Buffer.alloc(ROW);

  /** The slot of what is in the probe, or the empty one where it would go. */
  function slotOf(): number {
    const mask = index.length - 1;
    for (let slot = probe.readUInt32LE(0) & mask; ; slot = (slot + 1) & mask) {
      const row = index[slot] ?? EMPTY;
      if (row === EMPTY || probe.compare(rows, row * ROW, row * ROW + ROW) === 0) return slot;
    }
  }

  /** Of a row that is in no slot yet. */
  function freeSlot(row: number): number {
    const mask = index.length - 1;
    let slot = rows.readUInt32LE(row * ROW) & mask;
    while (index[slot] !== EMPTY) slot = (slot + 1) & mask;
    return slot;
  }

  function grow(): void {
    const larger = Buffer.allocUnsafe(rows.length * 2);
    rows.copy(larger);
    rows = larger;
    index = new Int32Array(index.length * 2).fill(EMPTY);
    for (let row = 0; row < size; row += 1) index[freeSlot(row)] = row;
  }

  return {
    probe,
    has: () => index[slotOf()] !== EMPTY,
    size: () => size,
    add() {
      if (index[slotOf()] !== EMPTY) return false;
      if ((size + 1) * ROW > rows.length) grow();
      probe.copy(rows, size * ROW);
      index[slotOf()] = size;
      size += 1;
      return true;
    },
  };
}

function powerAbove(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(count, 2)));
}

/** FNV-1a. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
