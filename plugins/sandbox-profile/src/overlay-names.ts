import { dirname } from 'node:path';

/** Directories under the names they have in the mount options, and where those names hold. */
export interface OverlayNames {
  readonly directory: string;
  /** Links to make first: `[target, link]`. */
  readonly links: readonly (readonly [string, string])[];
  /** By original path. */
  readonly names: ReadonlyMap<string, string>;
}

/** Neither the options' separators, nor what `mount` takes for quotes. */
const PLAIN = /^[\w@%+=/.-]+$/u;
/** The kernel takes a page of 4096 bytes of options; the backend's own directories and the other options fit in the rest. */
const OPTION_BYTES = 3_000;

/**
 * Chooses the names of layers: relative to their common directory, so that the options stay short and the command, which
 * can read them in its mount table, does not learn where the store is. Where names are too long or not plain, links are
 * used instead.
 */
export function overlayNames(paths: readonly string[], links: string): OverlayNames {
  const unique = [...new Set(paths)];
  const directory = commonDirectory(unique);
  const relative = unique.map((path) => path.slice(directory === '/' ? 1 : directory.length + 1));
  const isShort = relative.reduce((sum, name) => sum + name.length + 1, 0) <= OPTION_BYTES;
  if (isShort && relative.every((name) => PLAIN.test(name))) {
    return { directory, links: [], names: new Map(unique.map((path, index) => [path, relative[index] ?? path])) };
  }
  return {
    directory: links,
    links: unique.map((path, index) => [path, `${links}/${index}`]),
    names: new Map(unique.map((path, index) => [path, String(index)])),
  };
}

function commonDirectory(paths: readonly string[]): string {
  const [first = '/', ...others] = paths;
  let directory = dirname(first);
  while (directory !== '/' && !others.every((path) => path.startsWith(`${directory}/`))) directory = dirname(directory);
  return directory;
}
