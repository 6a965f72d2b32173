import type { Manifest } from '../contracts/manifest.ts';
import { KarapaceError } from '../errors.ts';
import { WORD } from '../lock/lock-grammar.ts';
import { packageName } from '../packages/package-names.ts';
import { packagesOf, type PackageEdit, type PackageList } from '../manifest/edit-packages.ts';
import { nearestName } from '../manifest/nearest-name.ts';

export interface PackageWish {
  /** Names, with a version where one is wanted: `git=1:2.47.3-1`. */
  readonly add?: readonly string[] | undefined;
  /** Which list gets them. Default `system`. */
  readonly list?: PackageList | undefined;
  /** Names that the manifest has, with or without the version that stands there. */
  readonly remove?: readonly string[] | undefined;
}

/**
 * Which words of a manifest change: what is there already stays, and another version takes the place of the one there. Pure.
 *
 * @throws KarapaceError `PACKAGE_UNKNOWN` for what is no name, and for what is to be removed and is not there
 */
export function planEdit(manifest: Manifest, { add = [], list = 'system', remove = [] }: PackageWish): PackageEdit {
  const invalid = add.find((word) => !WORD.test(word) || word.startsWith('-'));
  if (invalid !== undefined) throw notName(invalid);
  const given = [...packagesOf(manifest, 'system'), ...packagesOf(manifest, 'gui')];
  const missing = remove.filter((name) => wordsFor(name, given).length === 0);
  if (missing.length > 0) throw notAsked(missing, { given, hasPlugins: (manifest.plugins ?? []).length > 0 });
  const added = [...new Set(add)].filter((word) => !given.includes(word));
  const replaced = given.filter((word) => added.some((name) => packageName(name) === packageName(word)));
  return { add: added, list, remove: [...new Set([...remove.flatMap((name) => wordsFor(name, given)), ...replaced])] };
}

/** `git` means `git=1:2.47.3-1`, too. */
function wordsFor(name: string, given: readonly string[]): readonly string[] {
  return given.includes(name) ? [name] : given.filter((word) => packageName(word) === name);
}

function notName(word: string): KarapaceError {
  return new KarapaceError('PACKAGE_UNKNOWN', `\`${word}\` cannot be the name of a package`, {
    hint: 'Give one name per word: `karapace add git curl`.',
  });
}

interface Asked {
  readonly given: readonly string[];
  readonly hasPlugins: boolean;
}

function notAsked(missing: readonly string[], { given, hasPlugins }: Asked): KarapaceError {
  const near = missing.flatMap((name) => nearestName(name, given) ?? [])[0];
  const ofPlugin = hasPlugins ? ' What a plugin brings goes with the plugin: see `plugins`.' : '';
  const asked = given.length === 0 ? 'no package' : quote(given);
  return new KarapaceError('PACKAGE_UNKNOWN', `The manifest does not ask for ${quote(missing)}`, {
    hint: near === undefined ? `It asks for ${asked}.${ofPlugin}` : `Did you mean \`${near}\`?${ofPlugin}`,
  });
}

function quote(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}
