import type { Environment, PackagePin } from '@karapace/core';

import { printValue, type ValueOptions } from './contrast.ts';
import type { Items } from './list-items.ts';

type Archive = Pick<PackagePin, 'name' | 'version' | 'arch' | 'sha256'>;

/**
 * The archives of a layer, those that somebody asked for first. Who asked stands in the lock, for it decides nothing of the
 * layer's bytes.
 */
export function listPackages(archives: readonly Archive[], lock: Environment['lock'], options: ValueOptions): Items {
  const asked = new Map(lock.packages.map((pin) => [nameOf(pin), pin.asked]));
  const known = archives.map((archive) => ({ archive, asked: asked.get(nameOf(archive)) }));
  const wanted = known.filter((each) => each.asked !== undefined && each.asked !== 'dependency');
  const others = known.filter((each) => !wanted.includes(each));
  const lead = wanted.length === 0 ? '' : `${wanted.length} asked for, ${others.length} with them: `;
  const items = [...wanted, ...others].map(({ archive, asked: by }) =>
    [`${archive.name} ${archive.version}`, ...(options.whole ? [describe(archive, by, options)] : [])].join(' '),
  );
  return { lead: lead === '' && items.length > 1 ? `${items.length}: ` : lead, items };
}

function describe({ arch, sha256 }: Archive, asked: PackagePin['asked'] | undefined, options: ValueOptions): string {
  return [arch, ...(asked === undefined ? [] : [ASKED[asked]]), `sha256 ${printValue(sha256, options)}`].join(', ');
}

const ASKED = {
  system: 'asked for in `[system] packages`',
  gui: 'asked for in `[gui] apps`',
  dependency: 'a dependency',
} as const;

function nameOf({ name, version, arch }: Archive): string {
  return `${name} ${version} ${arch}`;
}

/** Inputs are the plugins' own: only what looks like archives is shown as such. */
export function isArchiveList(value: unknown): value is readonly Archive[] {
  const isText = (item: object, field: string): boolean => typeof (item as Record<string, unknown>)[field] === 'string';
  return (
    Array.isArray(value) &&
    value.every(
      (item: unknown) =>
        typeof item === 'object' &&
        item !== null &&
        ['name', 'version', 'arch', 'sha256'].every((field) => isText(item, field)),
    )
  );
}
