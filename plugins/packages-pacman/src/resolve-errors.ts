import { conflictingPackages, KarapaceError, outputTail, withoutCredentials } from '@karapace/core';

const MIRROR_HINT = 'Try again later, or use an image with another mirror in its `/etc/pacman.conf`.';

/** `MIRROR_FAILED` for a download or a signature that pacman refused: its first reasons. */
export function mirrorError(output: string): KarapaceError {
  const reasons = [...new Set(errorLines(output))];
  const said =
    reasons.length === 0 ? 'The mirror cannot be read' : `The mirror failed: ${reasons.slice(0, 3).join('; ')}`;
  return new KarapaceError('MIRROR_FAILED', said, { hint: MIRROR_HINT, cause: outputTail(output) });
}

export function tooLargeDatabase(output: string, limit: number): KarapaceError {
  const repository = output.trimEnd().split('\n').at(-1) ?? '';
  return new KarapaceError(
    'MIRROR_FAILED',
    `The database of the repository \`${repository}\` has more than ${limit} bytes when it is unpacked`,
    { hint: MIRROR_HINT },
  );
}

/** Arch Linux has it in one package with the library that pacman needs; others do not. */
export function withoutBsdtar(): KarapaceError {
  return new KarapaceError('TOOL_MISSING', 'The image has no `bsdtar`, which the databases of pacman are read with', {
    hint: "Use an image with libarchive's programs.",
  });
}

/** pacman knows every name but finds no set of packages that fits, or a database in which it can. */
export function unsolved(output: string): KarapaceError {
  if (output.includes('database is inconsistent')) return mirrorError(output);
  const reasons = output
    .split('\n')
    .filter((line) => line.startsWith(':: ') && !line.includes('Proceed with'))
    .map((line) =>
      line
        .slice(3)
        .replace(/ Remove \S+ \[y\/N\].*$/u, '')
        .replace(/[.?\s]+$/u, ''),
    );
  const explained = [reasons, errorLines(output)].find((found) => found.length > 0) ?? [];
  return conflictingPackages([...new Set(explained)].join('; '), output);
}

function errorLines(output: string): readonly string[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('error: '))
    .map((line) => withoutCredentials(line.slice('error: '.length)).trim());
}
