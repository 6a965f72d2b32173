import { KarapaceError, outputTail, withoutCredentials } from '@karapace/core';

/** The forms in which `apt-get update` says what failed, the most telling first: address, then reason. */
const REASONS: readonly RegExp[] = [
  /(?:GPG error|OpenPGP signature verification failed): (\S+) \S+ \S+: (.+)/u,
  /Failed to fetch (\S+)\s+(.+)/u,
  /The repository '(\S+) [^']*' (.+)/u,
  /Release file for (\S+) (is .+)/u,
];

/** The rest of the log tells what was tried, which the reason has told. */
const LINES_BESIDE_REASON = 3;

/**
 * `MIRROR_FAILED` for an `apt-get update` that failed: names the address, without credentials, and apt's reason.
 *
 * @param output all that apt printed
 * @param hint what the user can do about it
 */
export function mirrorError(output: string, hint: string): KarapaceError {
  const [, address, reason] = firstMatch(output) ?? [];
  if (address === undefined || reason === undefined) {
    return new KarapaceError('MIRROR_FAILED', 'The mirror cannot be read', { hint, cause: outputTail(output) });
  }
  const message = `The mirror failed at \`${withoutCredentials(address)}\`: ${withoutCredentials(reason).replace(/[.\s]+$/u, '')}`;
  return new KarapaceError('MIRROR_FAILED', message, { hint, cause: outputTail(output, LINES_BESIDE_REASON) });
}

function firstMatch(output: string): RegExpExecArray | undefined {
  for (const reason of REASONS) {
    const match = reason.exec(output);
    if (match !== null) return match;
  }
  return undefined;
}

const NOT_FOUND = /^Err:\d+ \S+ (\S+) (?:In)?Release\n\s+404\b/gmu;

/** The suites for which a mirror answered "404 Not Found" when asked for their Release file. */
export function findMissingSuites(output: string): readonly string[] {
  return Array.from(output.matchAll(NOT_FOUND), ([, suite = '']) => suite);
}
