import type { SyncPackage } from '../src/sync-index.ts';

/** A package as a database in order has it. */
export function syncPackage(changes: Partial<SyncPackage> & { readonly name: string }): SyncPackage {
  const { name, version = '1.0-1' } = changes;
  const file = `${name}-${version}-any.pkg.tar.zst`;
  const usual = { repository: 'core', version, arch: 'any', file, size: '10', sha256: 'a'.repeat(64) };
  return { ...usual, provides: [], groups: [], ...changes };
}
