import type { ErrorCode, ErrorDetails } from '@karapace/core';

/** Throws a KarapaceError. The core is loaded only now, so that commands that do not fail stay fast. */
export async function fail(code: ErrorCode, message: string, details: ErrorDetails = {}): Promise<never> {
  const { KarapaceError } = await import('@karapace/core');
  throw new KarapaceError(code, message, details);
}
