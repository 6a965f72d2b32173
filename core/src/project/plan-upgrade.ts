import type { LockFile } from '../contracts/lock.ts';
import { KarapaceError } from '../errors.ts';
import { nearestName } from '../manifest/nearest-name.ts';
import { packageName, quoteNames } from '../packages/package-names.ts';

/**
 * What the image's tool is asked to bring up to date. What the manifest asks for in a version stays in that version. Pure.
 *
 * @param names of packages that the lock has
 * @throws KarapaceError `PACKAGE_UNKNOWN` for other names, with the nearest that is one
 */
export function planUpgrade(names: readonly string[], lock: LockFile): readonly string[] {
  checkLocked(names, lock);
  const { intent, packages } = lock;
  const locked = new Set(packages.map(({ name }) => name));
  const fixed = [...intent.system.packages, ...intent.gui.apps].filter(
    (word) => word.includes('=') && locked.has(packageName(word)),
  );
  const isFixed = new Set(fixed.map(packageName));
  return [...new Set([...names.filter((name) => !isFixed.has(name)), ...fixed])].toSorted();
}

function checkLocked(names: readonly string[], { base, packages }: LockFile): void {
  const known = new Set(packages.map(({ name }) => name));
  const missing = names.filter((name) => !known.has(name));
  const [first] = missing;
  if (first === undefined) return;
  const inImage = new Set(base.archives.map(({ name }) => name));
  if (missing.every((name) => inImage.has(name))) throw ofImage(missing);
  const asked = packages.filter((pin) => pin.asked !== 'dependency').map(({ name }) => name);
  throw new KarapaceError('PACKAGE_UNKNOWN', `The lock has no package ${quoteNames(missing)}`, {
    hint: hintFor(first, { known, asked }),
  });
}

interface Known {
  readonly known: ReadonlySet<string>;
  readonly asked: readonly string[];
}

function hintFor(name: string, { known, asked }: Known): string {
  if (name.includes('/') || /\.(?:toml|json|[cm]?[jt]s)$/u.test(name))
    return `A manifest is named by an option: \`--manifest ${name}\`.`;
  if (name.includes('=') && known.has(packageName(name)))
    return `A version is written into the manifest: \`karapace add ${name}\`.`;
  const near = nearestName(name, known);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  return asked.length === 0 ? 'It has none at all.' : `The manifest asks for ${quoteNames(asked)}.`;
}

function ofImage(names: readonly string[]): KarapaceError {
  const are = names.length === 1 ? 'is a part of the image' : 'are parts of the image';
  return new KarapaceError('PACKAGE_UNKNOWN', `${quoteNames(names)} ${are}, which is updated as a whole`, {
    hint: 'Run `karapace update` without naming packages.',
  });
}
