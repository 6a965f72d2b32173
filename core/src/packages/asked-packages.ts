import type { ArchivePin, PackagePin } from '../contracts/lock.ts';
import type { PackageRequest } from '../contracts/package-manager.ts';
import type { ResolveContext } from '../contracts/tool-context.ts';
import { KarapaceError } from '../errors.ts';
import { comparePins } from '../lock/lock-grammar.ts';

/** A package as a manifest asks for it: `git` or `git=1:2.47.3-1`. */
export interface AskedPackage {
  readonly name: string;
  readonly version: string | undefined;
}

/** What a package manager takes for a name. */
export interface PackageGrammar {
  /** Matches the whole text, with the groups `name` and `version`. */
  readonly form: RegExp;
  /** For messages: `Debian package`. */
  readonly kind: string;
  /** The way out for whoever wrote something else. */
  readonly hint: string;
}

/**
 * Reads what a manifest asks for. Whatever the tool could take for an option, a path, a pattern or an action must not
 * match, and is refused here before anything runs.
 *
 * @throws KarapaceError `PACKAGE_UNKNOWN` naming everything that is no package name
 */
export function parseAskedPackages(
  texts: readonly string[],
  { form, kind, hint }: PackageGrammar,
): readonly AskedPackage[] {
  const wrong = texts.filter((text) => !form.test(text));
  if (wrong.length > 0) {
    const names = wrong.map((text) => `\`${text}\``).join(', ');
    throw new KarapaceError('PACKAGE_UNKNOWN', `${names} cannot be the name of a ${kind}`, { hint });
  }
  return texts.map((text) => {
    const { name = '', version } = form.exec(text)?.groups ?? {};
    return { name, version };
  });
}

/**
 * Reads what both lists of a manifest ask for, each once, and tells that it is looked for.
 *
 * @throws as `parse`
 */
export function readAsked(
  { system, gui }: PackageRequest,
  parse: (texts: readonly string[]) => readonly AskedPackage[],
  { progress }: Pick<ResolveContext, 'progress'>,
): readonly AskedPackage[] {
  const asked = parse([...new Set([...system, ...gui])]);
  progress(`resolving ${countPackages(asked.length)}`);
  return asked;
}

/** For messages: `1 package`, `2 packages`. */
export function countPackages(count: number): string {
  return `${count} ${count === 1 ? 'package' : 'packages'}`;
}

/** Who asked: names of packages by the list of the manifest. */
export interface AskedNames {
  readonly system: ReadonlySet<string>;
  readonly gui: ReadonlySet<string>;
}

/** Pins archives as the packages of one manager: sorted, each marked by the list that asked for it. */
export function pinPackages(
  archives: readonly ArchivePin[],
  manager: string,
  { system, gui }: AskedNames,
): readonly PackagePin[] {
  const askedAs = (name: string) => (system.has(name) ? 'system' : gui.has(name) ? 'gui' : 'dependency');
  return archives
    .map((archive) => ({ ...archive, manager, asked: askedAs(archive.name) }) as const)
    .toSorted(comparePins);
}
