import { conflictingPackages, KarapaceError, outputTail, quoteNames, withoutCredentials } from '@karapace/core';

const MIRROR_HINT = 'Try again later, or use an image with another mirror in its `/etc/apk/repositories`.';

/** `MIRROR_FAILED` for what a repository sent: a sentence of its address and the reason. */
export function mirrorError(address: string, reason: string, cause?: unknown): KarapaceError {
  const message = `The mirror failed at \`${withoutCredentials(address)}\`: ${reason}`;
  return new KarapaceError('MIRROR_FAILED', message, { hint: MIRROR_HINT, cause });
}

/** What apk says of an index whose signature is missing, of an unknown key, or wrong. */
const REFUSED_INDEX = /^(?:WARNING|ERROR): (?<line>.*(?:untrusted|bad) (?:signature|archive).*)$/imu;

/** `MIRROR_FAILED` where apk refused an index: it goes on without, and would say that packages do not exist. */
export function refusedIndex(output: string, urls: readonly string[]): KarapaceError | undefined {
  const { line } = REFUSED_INDEX.exec(output)?.groups ?? {};
  if (line === undefined) return undefined;
  const [, number] = /\/run\/karapace\/apk\/(\d+)/u.exec(line) ?? [];
  return mirrorError(urls[Number(number)] ?? 'a repository', `apk refuses its index, ${line}`, outputTail(output));
}

/** apk knows every name but finds no set of packages that fits: its reasons follow the line that says so, indented. */
export function unsolved(output: string): KarapaceError {
  const reasons = output
    .split('\n')
    .filter((line) => line.startsWith('  ') || line.startsWith('ERROR: '))
    .map((line) => line.replace(/^ERROR: /u, '').trim())
    .filter((line) => !line.startsWith('unable to select packages'));
  return conflictingPackages(reasons.join(' '), output);
}

export function removedPackages(names: readonly string[], output: string): KarapaceError {
  return conflictingPackages(`${quoteNames(names)} of the image would be removed`, output);
}
