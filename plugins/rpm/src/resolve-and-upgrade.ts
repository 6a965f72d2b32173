import {
  conflictingPackages,
  quoteNames,
  type PackageManager,
  type PackagePin,
  type PackageRequest,
  type ResolveContext,
} from '@karapace/core';

/** What a tool would do to a tree. */
export interface SolvedPackages {
  readonly pins: readonly PackagePin[];
  /** Names of installed packages that go and are not replaced by one of the same name: others make them obsolete. */
  readonly removed: readonly string[];
}

/** Both ways to ask a tool that brings up to date what it is asked to install and finds installed. */
export function resolveAndUpgrade(
  solve: (request: PackageRequest, context: ResolveContext) => Promise<SolvedPackages>,
): Pick<Required<PackageManager>, 'resolve' | 'upgrade'> {
  return {
    resolve: async (request, context) => (await solve(request, context)).pins,
    async upgrade({ packages, lower }, context) {
      const { pins, removed } = await solve({ system: packages, gui: [], lower }, context);
      if (removed.length === 0) return pins;
      throw conflictingPackages(`${quoteNames(removed)} would have to be removed`, '');
    },
  };
}
