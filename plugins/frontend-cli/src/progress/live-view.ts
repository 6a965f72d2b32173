import type { ProgressView, ViewOptions } from './progress-view.ts';

const FRAME_MILLISECONDS = 100;
const CLEAR_TO_END = '\u001b[J';

/**
 * The rows of what goes on, redrawn in place below the lines that last. The terminal's other modes stay as they are, so
 * that a killed process leaves it usable.
 */
export function createLiveView({ tracker, stream }: ViewOptions): ProgressView {
  let drawn = 0;
  const timer = setInterval(() => draw(''), FRAME_MILLISECONDS);
  timer.unref();

  function draw(above: string): void {
    const rows = tracker.rows().map((row) => fit(`  ${row}`, stream.columns() || 80));
    if (rows.length === 0 && drawn === 0 && above === '') return;
    stream.write(erase(drawn) + above + rows.map((row) => `${row}\n`).join(''));
    drawn = rows.length;
  }

  return {
    show(lines) {
      const kept = lines.filter(({ lasting }) => lasting);
      if (kept.length > 0) draw(kept.map(({ text }) => `${text}\n`).join(''));
    },
    interject: (text) => draw(`${text}\n`),
    [Symbol.dispose]() {
      clearInterval(timer);
      if (drawn > 0) stream.write(erase(drawn));
      drawn = 0;
    },
  };
}

function erase(rows: number): string {
  return rows === 0 ? '' : `\u001b[${rows}A\r${CLEAR_TO_END}`;
}

/** A row that wraps would be two when it is erased. */
function fit(row: string, columns: number): string {
  const letters = Array.from(row);
  return letters.length < columns ? row : `${letters.slice(0, Math.max(0, columns - 2)).join('')}…`;
}
