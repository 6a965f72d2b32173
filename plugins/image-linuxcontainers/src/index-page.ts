const HREF = /\bhref\s*=\s*(?:"(?<double>[^"]{1,200})"|'(?<single>[^']{1,200})')/giu;
const BUILD = /^\d{8}_\d{2}:?\d{2}$/u;
const VERSION = /^\d{1,4}(?:\.\d{1,4}){0,3}$/u;
const DAY = 86_400_000;

/** Names of directories that a page lists. Whatever else it links to is left alone: nothing of it becomes part of an address. */
export function listDirectories(page: string): readonly string[] {
  const names = Array.from(page.matchAll(HREF), ({ groups }) => decode(groups?.['double'] ?? groups?.['single'] ?? ''));
  return names.filter((name) => name.endsWith('/')).map((name) => name.replace(/^\.\//u, '').slice(0, -1));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Such a link has no name that is looked for.
    return '';
  }
}

/**
 * The newest build that a page lists.
 *
 * @param now milliseconds since 1970; a build of the day after tomorrow is none
 */
export function newestBuild(page: string, now: number): string | undefined {
  const limit = dayOf(now + 2 * DAY);
  const builds = listDirectories(page).filter((name) => BUILD.test(name) && name.slice(0, 8) < limit);
  return builds.toSorted(compareBuilds).at(-1);
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
}

export function compareBuilds(left: string, right: string): number {
  const [first, second] = [left.replace(':', ''), right.replace(':', '')];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

/** The highest version that a page lists. */
export function highestVersion(page: string): string | undefined {
  return listDirectories(page)
    .filter((name) => VERSION.test(name))
    .toSorted(compareVersions)
    .at(-1);
}

function compareVersions(left: string, right: string): number {
  const [first, second] = [left, right].map((version) => version.split('.').map(Number));
  for (const [index, part] of (first ?? []).entries()) {
    const difference = part - (second?.[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return (first?.length ?? 0) - (second?.length ?? 0);
}
