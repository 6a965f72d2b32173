import type { PackageManager } from '../contracts/package-manager.ts';

/** `upgrade` of a tool that brings up to date what it is asked to install and finds installed. */
export function upgradeByResolving(resolve: PackageManager['resolve']): NonNullable<PackageManager['upgrade']> {
  return ({ packages, lower }, context) => resolve({ system: packages, gui: [], lower }, context);
}
