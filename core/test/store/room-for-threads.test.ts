import { describe, expect, it } from 'vitest';

import { hasRoomForThreads } from '../../src/store/room-for-threads.ts';

const limitsOf = (soft: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${soft.padEnd(20)} 4096                 files     \n`;

describe('threads', () => {
  it.each([
    ['32', false],
    ['63', false],
    ['64', true],
    ['1024', true],
    ['unlimited', true],
  ])('are started where %s files may be open: %s', (limit, expected) => {
    expect(hasRoomForThreads(limitsOf(limit))).toBe(expected);
  });

  it('are started here', () => {
    expect(hasRoomForThreads()).toBe(true);
  });
});
