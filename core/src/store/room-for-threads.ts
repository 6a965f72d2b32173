import fs from 'node:fs';

/** A thread takes five for its event loop, then some for files; the program itself has more than twenty. */
const DESCRIPTORS_FOR_THREADS = 64;

/** Whether this process may open so many files that threads can start, and work. */
export function hasRoomForThreads(limits = fs.readFileSync('/proc/self/limits', 'utf8')): boolean {
  const [, limit] = /^Max open files +(\d+|unlimited) /m.exec(limits) ?? [];
  return limit === undefined || limit === 'unlimited' || Number(limit) >= DESCRIPTORS_FOR_THREADS;
}
