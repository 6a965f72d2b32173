import fc from 'fast-check';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readLines } from '../../src/store/read-lines.ts';
import { makePlace, removePlace } from './test-store.ts';

let place: string;
beforeEach(() => void (place = makePlace()));
afterEach(() => removePlace(place));

function linesOf(text: string): readonly string[] {
  const file = path.join(place, 'lines');
  fs.writeFileSync(file, text);
  const descriptor = fs.openSync(file, 'r');
  try {
    return [...readLines(descriptor)];
  } finally {
    fs.closeSync(descriptor);
  }
}

describe('the lines of a descriptor', () => {
  it('are those that were written, however long', () => {
    const line = fc.tuple(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 70_000 }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (parts) => {
        const lines = parts.map(([text, length]) => text.replaceAll('\n', '') + 'é'.repeat(length));
        expect(linesOf(lines.map((each) => `${each}\n`).join(''))).toEqual(lines);
      }),
      { numRuns: 50 },
    );
  });

  it('are whole: one that nobody ended is none', () => {
    expect(linesOf('a request\nhalf of ano')).toEqual(['a request']);
  });
});
