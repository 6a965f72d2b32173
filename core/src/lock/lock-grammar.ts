import type { ArchivePin } from '../contracts/lock.ts';

/** The version of the lock's form; the Rust tool of the same name wrote 1 and 2. */
export const LOCK_VERSION = 3;
/** The version of how the identity is computed. */
export const HASH_VERSION = 1;

/** A name, version or the like: one word. */
export const WORD = /^[^\s\u0000-\u001F\u007F-\u009F]+$/;
/** A sha256, a tree or an identity. */
export const DIGEST = /^[0-9a-f]{64}$/;

/** A local file: from the project's directory, or from the root. */
const FILE = /^file:(?:\.{1,2}\/|\/\/\/)[^?#]+$/;

/** Whether an address may be in a lock: it is committed and shared, so it holds no secret. */
export function isFetchable(address: string): boolean {
  if (!WORD.test(address) || !address.isWellFormed()) return false;
  if (FILE.test(address)) return true;
  const url = URL.parse(address);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false;
  return url.username === '' && url.password === '';
}

/** Orders pins by name, version and arch, each by code unit. */
export function comparePins(left: ArchivePin, right: ArchivePin): number {
  return (
    compareText(left.name, right.name) || compareText(left.version, right.version) || compareText(left.arch, right.arch)
  );
}

/** What tells a pin from the others of its list. */
export function pinName({ name, version, arch }: ArchivePin): string {
  return `${name} ${version} ${arch}`;
}

export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
