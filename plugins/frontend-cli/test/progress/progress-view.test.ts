import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createLiveView } from '../../src/progress/live-view.ts';
import { createPlainView } from '../../src/progress/plain-view.ts';
import type { ProgressTracker } from '../../src/progress/progress-tracker.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(createView: typeof createPlainView, columns = 40) {
  const rows: string[] = [];
  const written: string[] = [];
  const tracker: ProgressTracker = { take: () => [], rows: () => rows };
  const view = createView({ tracker, stream: { columns: () => columns, write: (text) => void written.push(text) } });
  return { rows, view, written };
}

test('the plain view says every ten seconds what it does, but only when it was silent', () => {
  const { rows, view, written } = open(createPlainView);
  rows.push('Building layer base (10 s)', 'Downloading');

  view.show([{ text: 'Building layer base', lasting: false }]);
  vi.advanceTimersByTime(10_000);
  expect(written).toEqual(['Building layer base\n']);
  vi.advanceTimersByTime(10_000);
  expect(written.at(-1)).toBe('Building layer base (10 s); Downloading\n');
  view[Symbol.dispose]();
  vi.advanceTimersByTime(60_000);
  expect(written).toHaveLength(2);
});

test('the live view redraws its rows in place and leaves nothing behind', () => {
  const { rows, view, written } = open(createLiveView);
  rows.push('one', 'two');

  vi.advanceTimersByTime(100);
  expect(written.splice(0)).toEqual(['  one\n  two\n']);
  view.show([
    { text: 'Built', lasting: true },
    { text: 'passing', lasting: false },
  ]);
  expect(written.splice(0)).toEqual(['\u001b[2A\r\u001b[JBuilt\n  one\n  two\n']);
  view[Symbol.dispose]();
  expect(written).toEqual(['\u001b[2A\r\u001b[J']);
});

test('a row is never wider than the terminal', () => {
  const { rows, written } = open(createLiveView, 10);
  rows.push('0123456789');

  vi.advanceTimersByTime(100);

  expect(written).toEqual(['  012345…\n']);
});

test('work that is over before the first frame draws nothing', () => {
  const { view, written } = open(createLiveView);

  view[Symbol.dispose]();
  vi.advanceTimersByTime(1000);

  expect(written).toEqual([]);
});
