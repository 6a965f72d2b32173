import { describe, expect, it } from 'vitest';

import type { ObjectId } from '../../../src/contracts/ids.ts';
import type { FileEntry, TreeEntry } from '../../../src/store/tree-entry.ts';
import { archiveLayout } from '../../../src/store/tar/archive-layout.ts';
import type { TarMember } from '../../../src/store/tar/interpret-member.ts';
import { TAR_LIMITS } from '../../../src/store/tar/tar-limits.ts';
import { openBudget } from '../../../src/store/tar/unpack-budget.ts';

const plain = { mode: 0o644, uid: 0, gid: 0, attributes: [] };
const fileAt = (path: string, more: Partial<FileEntry> = {}): FileEntry => ({
  ...{ type: 'file', path, size: 0, object: '' as ObjectId },
  ...plain,
  ...more,
});
const memberOf = (entry: FileEntry): TarMember => ({ entry, stored: 0, isSparse: entry.size > 0 });

/** How many a function takes until it refuses one, and why. */
function countUntilRefused<T>(take: (index: number) => T): readonly [count: number, reason: string] {
  for (let index = 0; ; index += 1) {
    try {
      take(index);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return [index, error.message];
    }
  }
}

describe('one archive', () => {
  const admitting = (entryOf: (index: number) => TreeEntry) => {
    const layout = archiveLayout(() => undefined);
    return countUntilRefused((index) => layout.admit(entryOf(index)));
  };

  it('has a million members at most', () => {
    const [count, reason] = admitting((index) => fileAt(`f${index}`));

    expect([count, reason]).toEqual([TAR_LIMITS.entries, 'the archive has more than 1000000 members']);
  });

  it('has no more directories by way of deep paths', () => {
    const deep = 'd/'.repeat(500);

    const [count] = admitting((index) => fileAt(`${index}/${deep}f`));

    expect(count).toBe(Math.floor(TAR_LIMITS.entries / 502));
  });

  it('has 4096 FIFOs and devices at most, for each of which a program is started', () => {
    const [count] = admitting((index) => ({ type: 'fifo', path: `p${index}`, ...plain }));

    expect(count).toBe(TAR_LIMITS.specials);
  });
});

describe('archives one upon the other', () => {
  const spending = (member: TarMember) => {
    const budget = openBudget();
    return countUntilRefused(() => budget.spend(member));
  };

  it('have a million members together at most, however often one takes the place of another', () => {
    expect(spending(memberOf(fileAt('same')))[0]).toBe(TAR_LIMITS.entries);
  });

  it('have 64 MiB of attributes together at most', () => {
    const attributes = [{ name: 'user.note', value: Buffer.alloc(4096 - 'user.note'.length) }];

    expect(spending(memberOf(fileAt('f', { attributes })))[0]).toBe(TAR_LIMITS.attributes / 4096);
  });

  it('have 8 GiB of holes together at most', () => {
    expect(spending(memberOf(fileAt('f', { size: 1024 ** 3 })))[0]).toBe(8);
  });
});
