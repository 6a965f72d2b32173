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

/** Names of packages, each with the plugin that brings it, as the manifest writes that. */
export type Bringers = ReadonlyMap<string, string>;

/**
 * Which words of a manifest change: what is there already stays, and another version takes the place of the one there. Pure.
 *
 * @throws KarapaceError `PACKAGE_UNKNOWN` for what is no name, and for what is to be removed and is not there
 */
export function planEdit(
  manifest: Manifest,
  { add = [], list = 'system', remove = [] }: PackageWish,
  bringers: Bringers = new Map(),
): PackageEdit {
  const invalid = add.find((word) => !WORD.test(word) || word.startsWith('-'));
  if (invalid !== undefined) throw notName(invalid);
  const given = givenBy(manifest);
  const missing = missingOf(manifest, remove);
  if (missing.length > 0) throw notAsked(missing, { given, bringers });
  const added = [...new Set(add)].filter((word) => !given.includes(word));
  const replaced = given.filter((word) => added.some((name) => packageName(name) === packageName(word)));
  return { add: added, list, remove: [...new Set([...remove.flatMap((name) => wordsFor(name, given)), ...replaced])] };
}

/** Those of some names that a manifest does not ask for itself. */
export function missingOf(manifest: Manifest, names: readonly string[]): readonly string[] {
  const given = givenBy(manifest);
  return names.filter((name) => wordsFor(name, given).length === 0);
}

function givenBy(manifest: Manifest): readonly string[] {
  return [...packagesOf(manifest, 'system'), ...packagesOf(manifest, 'gui')];
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
  readonly bringers: Bringers;
}

function notAsked(missing: readonly string[], { given, bringers }: Asked): KarapaceError {
  return new KarapaceError('PACKAGE_UNKNOWN', `The manifest does not ask for ${quote(missing)}`, {
    hint: bringers.size > 0 ? ofPlugins(bringers) : ofManifest(missing, given),
  });
}

function ofPlugins(bringers: Bringers): string {
  const brought = [...bringers].map(([name, plugin]) => `\`${name}\` comes from the plugin \`${plugin}\``).join(', ');
  return `${brought}: change it there, or take the plugin out of \`plugins\`.`;
}

function ofManifest(missing: readonly string[], given: readonly string[]): string {
  const near = missing.flatMap((name) => nearestName(name, given) ?? [])[0];
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  return `It asks for ${given.length === 0 ? 'no package' : quote(given)}.`;
}

function quote(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}
