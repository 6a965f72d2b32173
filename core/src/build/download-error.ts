import { KarapaceError } from '../errors.ts';

/** A further try would end the same. */
export class FinalError extends Error {}

export class StatusError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`the server answered ${status}`);
    this.status = status;
  }
}

/** A KarapaceError passes as it is. */
export function downloadError(address: string, error: unknown): KarapaceError {
  if (error instanceof KarapaceError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  return new KarapaceError('DOWNLOAD_FAILED', `Could not download \`${printableUrl(address)}\`: ${causeOf(cause)}`, {
    hint:
      error instanceof StatusError && [404, 410].includes(error.status)
        ? 'The mirror no longer has this version: run `karapace build` with the old `karapace.lock` moved away to take the current ones.'
        : 'Check the network and the mirror, then run the same command again: what has arrived is kept.',
    cause,
  });
}

function causeOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}

/** A URL as people may see it: without user and password. */
export function printableUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return text;
  url.username = '';
  url.password = '';
  return url.href;
}
