import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { removeRoot } from '../root-files.ts';
import { runCommand } from '../run-command.ts';

/** A place on a journalled ext4 that nobody else writes to. */
export interface Disk {
  readonly directory: string;
  readonly description: string;
  close(): Promise<void>;
}

/** Sparse: what is never written takes no room. */
const SIZE = '12G';
/** Enough for a million objects and their copies. */
const INODES = '3000000';

/** A loop device of its own for root; for others, a fresh directory of the file system that is there. */
export async function openDisk(directory: string): Promise<Disk> {
  const place = join(directory, 'disk');
  await mkdir(place, { recursive: true });
  if (process.getuid?.() !== 0) {
    return { directory: place, description: `a fresh directory, ${place}`, close: () => removeRoot(place) };
  }
  const image = join(directory, 'disk.img');
  await runCommand(['truncate', `--size=${SIZE}`, image]);
  await runCommand(['mkfs.ext4', '-q', '-N', INODES, '-E', 'lazy_itable_init=0,lazy_journal_init=0', image]);
  await runCommand(['mount', '-o', 'loop,noatime', image, place]);
  return {
    directory: place,
    description: 'a fresh ext4 with a journal on a loop device',
    async close() {
      await runCommand(['umount', place]);
      await rm(image);
    },
  };
}
