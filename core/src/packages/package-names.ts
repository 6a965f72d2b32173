import { KarapaceError } from '../errors.ts';
import { nearestNames } from '../manifest/nearest-name.ts';

const NEAREST = 3;

/** A name that packages only provide. */
export interface ProvidedName {
  readonly name: string;
  /** Names of the packages that provide it. */
  readonly providers: readonly string[];
}

/** `PACKAGE_UNKNOWN`: one error for all names that no package has, each with those it may stand for. */
export function unknownPackages(unknown: readonly string[], known: readonly string[]): KarapaceError {
  const lines = unknown.map((name) => {
    const nearest = nearestNames(name, known, NEAREST);
    return nearest.length === 0 ? `\`${name}\`` : `\`${name}\` (near: ${quoteNames(nearest)})`;
  });
  const words = unknown.length === 1 ? 'No package has the name' : 'No packages have the names';
  return new KarapaceError('PACKAGE_UNKNOWN', `${words} ${lines.join(', ')}`, {
    hint: 'Correct the names in `[system] packages` or `[gui] apps`.',
  });
}

/** `PACKAGE_UNKNOWN`: names that several packages provide, so that none can be chosen. */
export function ambiguousPackages(ambiguous: readonly ProvidedName[]): KarapaceError {
  const parts = ambiguous.map(({ name, providers }) => `\`${name}\` is provided by ${quoteNames(providers)}`);
  return new KarapaceError('PACKAGE_UNKNOWN', parts.join('; '), {
    hint: 'Ask for one of the packages that provide it.',
  });
}

/** What is named by a word of a manifest: `git` by `git=1:2.47.3-1`. */
export function packageName(word: string): string {
  return word.split('=', 1)[0] ?? word;
}

/** Names for a message: in backticks, between commas. */
export function quoteNames(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
