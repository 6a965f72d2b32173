import type { LockFile } from '../contracts/lock.ts';

/** What a manifest writes for exactly this base: the reference and the digest of its tree. */
export function pinnedReference({ reference, tree }: Pick<LockFile['base'], 'reference' | 'tree'>): string {
  return `${reference}@${tree}`;
}

/** The digest of a tree that a reference ends in; `undefined` where it has none. */
export function pinnedTree(reference: string): string | undefined {
  return /@(?<tree>[0-9a-f]{64})$/u.exec(reference)?.groups?.['tree'];
}
