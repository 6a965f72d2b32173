import { conflictingPackages, unknownVersion, type KarapaceError } from '@karapace/core';

import type { KnownPackage } from './known-package.ts';

/** apt knows every name but finds no set of packages that fits. */
export function unsolved(output: string, known: readonly KnownPackage[]): KarapaceError {
  const [, version = '', name] = /Version '(.+)' for '(.+)' was not found/u.exec(output) ?? [];
  if (name !== undefined) {
    const versions = known.find((shown) => shown.name === name)?.versions ?? [];
    return unknownVersion({ name, version }, versions);
  }
  return conflictingPackages(explanation(output), output);
}

/** apt's reasons: up to 2.9 a list of unmet dependencies, since 3.0 numbered decisions; failing both, its errors. First what would go. */
function explanation(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const unmet = lines.filter((line) => / : (?:Pre-)?(?:Depends|Conflicts|Breaks): /u.test(line));
  const decisions = lines
    .filter((line) => /^\d+\. /u.test(line))
    .map((line) => line.replace(/^\d+\. /u, '').replace(/:$/u, ''));
  const removed = lines
    .filter((line) => line.startsWith('Remv '))
    .map((line) => `\`${line.split(' ', 2)[1]}\` would have to be removed`);
  const errors = lines.filter((line) => line.startsWith('E: ')).map((line) => line.slice(3));
  const reasons = [removed, unmet, decisions, errors].find((found) => found.length > 0) ?? [];
  return reasons.join('; ').replaceAll(/\s+/gu, ' ').replace(/\.$/u, '');
}
