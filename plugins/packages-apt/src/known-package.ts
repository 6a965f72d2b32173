/** What apt knows of a name. */
export interface KnownPackage {
  readonly name: string;
  /** Versions of the package itself; none for a name that other packages only provide. */
  readonly versions: readonly string[];
  /** Names of the packages that provide it, sorted. */
  readonly providers: readonly string[];
}

/** Reads what `apt-cache showpkg` prints. */
export function parseShownPackages(output: string): readonly KnownPackage[] {
  return output
    .split(/^Package: /mu)
    .slice(1)
    .map(parseSection);
}

function parseSection(section: string): KnownPackage {
  const [name = ''] = section.split('\n', 1);
  const versions = linesAfter(section, 'Versions: ').map(firstWord);
  const providers = linesAfter(section, 'Reverse Provides: ').map(firstWord);
  return { name, versions: [...new Set(versions)], providers: [...new Set(providers)].toSorted() };
}

/** The entries between a heading and the next one; what describes an entry is indented. */
function linesAfter(section: string, heading: string): readonly string[] {
  const lines = section.split('\n').filter((line) => line !== '' && !line.startsWith(' '));
  const start = lines.indexOf(heading);
  if (start === -1) return [];
  const below = lines.slice(start + 1);
  const end = below.findIndex((line) => HEADINGS.includes(line));
  return below.slice(0, end === -1 ? undefined : end);
}

const HEADINGS = ['Versions: ', 'Reverse Depends: ', 'Dependencies: ', 'Provides: ', 'Reverse Provides: '];

function firstWord(line: string): string {
  return line.split(' ', 1)[0] ?? '';
}
