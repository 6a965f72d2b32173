import { setTimeout } from 'node:timers/promises';

import { KarapaceError } from '../errors.ts';
import { FinalError, StatusError } from './download-error.ts';

/** Tries per download; a mirror that closes idle connections costs one. */
const ATTEMPTS = 3;
/** Milliseconds before the second try; before the third, twice as many. */
const PAUSE = 200;

/** Does again what a further try may mend: a connection that broke, wrong bytes, a server's own failure. */
export async function attempts<T>(action: (isLast: boolean) => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await action(attempt === ATTEMPTS);
    } catch (error) {
      signal.throwIfAborted();
      if (attempt === ATTEMPTS || !isWorthAnotherTry(error)) throw error;
    }
    await setTimeout(attempt * PAUSE, undefined, { signal });
  }
}

function isWorthAnotherTry(failure: unknown): boolean {
  if (!(failure instanceof KarapaceError)) return false;
  const { code, cause } = failure;
  if (code === 'DOWNLOAD_CORRUPT') return true;
  const isFinal = cause instanceof FinalError || (cause instanceof StatusError && cause.status < 500);
  return code === 'DOWNLOAD_FAILED' && !isFinal;
}
