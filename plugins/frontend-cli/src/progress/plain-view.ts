import type { ProgressView, ViewOptions } from './progress-view.ts';

/** Some job runners end a job that is silent. */
const HEARTBEAT_MILLISECONDS = 10_000;

/** One line per event, and one every ten seconds while nothing happens. */
export function createPlainView({ tracker, stream }: ViewOptions): ProgressView {
  let isQuiet = true;
  const heartbeat = setInterval(() => {
    const rows = tracker.rows();
    if (isQuiet) write(rows.length === 0 ? 'Still working' : rows.join('; '));
    isQuiet = true;
  }, HEARTBEAT_MILLISECONDS);
  heartbeat.unref();

  function write(text: string): void {
    isQuiet = false;
    stream.write(`${text}\n`);
  }

  return {
    show: (lines) => lines.forEach(({ text }) => write(text)),
    interject: write,
    [Symbol.dispose]: () => clearInterval(heartbeat),
  };
}
