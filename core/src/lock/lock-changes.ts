import type { ArchivePin, PackagePin } from '../contracts/lock.ts';
import { compareText } from './lock-grammar.ts';

/** What became of one package between two locks, or of one archive of the image. */
export interface LockChange {
  readonly name: string;
  readonly arch: string;
  /** Whether the image is made of it, or it is installed above. */
  readonly of: 'image' | 'packages';
  /** The manifest asks for it by name. */
  readonly isAsked: boolean;
  /** `null` where there was none. */
  readonly before: VersionAndSize | null;
  /** `null` where there is none any more. */
  readonly after: VersionAndSize | null;
}

export interface VersionAndSize {
  readonly version: string;
  /** Of the archive, in bytes. */
  readonly size: number;
}

/** The pinned files of two locks, or of a lock and what was resolved anew. */
export interface Pinned {
  readonly base: { readonly archives: readonly ArchivePin[] };
  readonly packages: readonly PackagePin[];
}

/**
 * What differs in the pinned files, sorted by name. The same version with other bytes is a difference, too. Pure.
 *
 * @param before `undefined`: there was no lock
 */
export function lockChanges(before: Pinned | undefined, after: Pinned): readonly LockChange[] {
  return [
    ...changesOf('image', before?.base.archives ?? [], after.base.archives),
    ...changesOf('packages', before?.packages ?? [], after.packages),
  ].toSorted((left, right) => compareText(left.name, right.name));
}

type Pin = ArchivePin & { readonly asked?: string };

function changesOf(of: LockChange['of'], before: readonly Pin[], after: readonly Pin[]): readonly LockChange[] {
  const [old, now] = [byName(before), byName(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const [was, is] = [without(old.get(name) ?? [], now.get(name)), without(now.get(name) ?? [], old.get(name))];
    // Of a name that is there in several versions, each that comes or goes is told by itself.
    if (was.length === 1 && is.length === 1) return [changeOf(of, was[0], is[0])];
    return [...was.map((pin) => changeOf(of, pin, undefined)), ...is.map((pin) => changeOf(of, undefined, pin))];
  });
}

function byName(pins: readonly Pin[]): ReadonlyMap<string, readonly Pin[]> {
  return Map.groupBy(pins, ({ name, arch }) => `${name} ${arch}`);
}

function without(pins: readonly Pin[], others: readonly Pin[] = []): readonly Pin[] {
  return pins.filter(({ version, sha256 }) => !others.some((one) => one.version === version && one.sha256 === sha256));
}

function changeOf(of: LockChange['of'], before: Pin | undefined, after: Pin | undefined): LockChange {
  const { name, arch } = after ?? before ?? { name: '', arch: '' };
  const isAsked = [before, after].some((pin) => pin?.asked === 'system' || pin?.asked === 'gui');
  return { name, arch, of, isAsked, before: versionAndSize(before), after: versionAndSize(after) };
}

function versionAndSize(pin: Pin | undefined): VersionAndSize | null {
  return pin === undefined ? null : { version: pin.version, size: pin.size };
}
