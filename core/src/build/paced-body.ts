import type { Readable } from 'node:stream';

/** Bytes a second, on average: what `dnf` bears, too. */
const SLOWEST = 1000;

/**
 * A body, unless it comes so slowly that it would not be there in any time: a byte now and then is no silence.
 *
 * @param span milliseconds over which the average counts, without those in which nobody asks for more
 * @throws Error
 */
export async function* pacedBody(body: Readable, span: number): AsyncGenerator<Buffer> {
  const chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let [waited, bytes] = [0, 0];
  for (;;) {
    const asked = performance.now();
    const { done, value } = await chunks.next();
    if (done === true) return;
    waited += performance.now() - asked;
    bytes += value.length;
    if (waited >= span) {
      if (bytes < (SLOWEST * waited) / 1000) throw new Error(`it came at less than ${SLOWEST} bytes a second`);
      [waited, bytes] = [0, 0];
    }
    yield value;
  }
}
