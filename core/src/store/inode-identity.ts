import type fs from 'node:fs';

import type { ByteString } from './tree-entry.ts';

/**
 * What tells whether an inode's bytes and attributes are still those that were read: its number, device, size, and times of
 * modification and of inode change, as 40 bytes. Of a tree tens of thousands are held at once, and numbers of 64 bits would
 * take three times the room.
 */
export type InodeIdentity = ByteString & { readonly isInodeIdentity: true };

export type IdentifyingStats = Pick<fs.BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>;

export const IDENTITY = 5 * 8;

const scratch = Buffer.alloc(IDENTITY);

export function inodeIdentity({ dev, ino, size, mtimeNs, ctimeNs }: IdentifyingStats): InodeIdentity {
  scratch.writeBigUInt64LE(ino, 0);
  scratch.writeBigUInt64LE(dev, 8);
  scratch.writeBigUInt64LE(size, 16);
  scratch.writeBigInt64LE(BigInt.asIntN(64, mtimeNs), 24);
  scratch.writeBigInt64LE(BigInt.asIntN(64, ctimeNs), 32);
  return scratch.toString('latin1') as InodeIdentity;
}

/** The device, and the later of the two times in nanoseconds. */
export function lastChange(identity: InodeIdentity): { readonly dev: bigint; readonly changedNs: bigint } {
  scratch.write(identity, 'latin1');
  const [mtimeNs, ctimeNs] = [scratch.readBigInt64LE(24), scratch.readBigInt64LE(32)];
  return { dev: scratch.readBigUInt64LE(8), changedNs: mtimeNs > ctimeNs ? mtimeNs : ctimeNs };
}
