import type { Check } from '@karapace/core';

/** What `doctor --fix` would run, in order. */
export interface FixPlan {
  /** Debian packages that something cannot do without, sorted. */
  readonly packages: readonly string[];
  /** Debian packages that would make something better, sorted. */
  readonly wishes: readonly string[];
  /** Other commands that root runs. */
  readonly commands: readonly (readonly string[])[];
}

/** Collects the fixes of everything that is not as it should be. Pure. */
export function planFixes(checks: readonly Check[]): FixPlan {
  const packages = packagesOf(checks, 'failed');
  const fixes = checks.flatMap(({ state, fix }) => (state === 'failed' && fix !== null ? [fix] : []));
  const commands = new Map(
    fixes.flatMap(({ commands: some = [] }) => some).map((command) => [JSON.stringify(command), command]),
  );
  return {
    packages,
    wishes: packagesOf(checks, 'warning').filter((name) => !packages.includes(name)),
    commands: [...commands.values()],
  };
}

function packagesOf(checks: readonly Check[], wanted: Check['state']): readonly string[] {
  const names = checks.flatMap(({ state, fix }) => (state === wanted ? (fix?.debianPackages ?? []) : []));
  return [...new Set(names)].toSorted();
}

export function isEmpty({ packages, wishes, commands }: FixPlan): boolean {
  return packages.length === 0 && wishes.length === 0 && commands.length === 0;
}

/** sudo drops variables, so that they are part of the command. The lock's owner is often an update in the background. */
export function installCommand(packages: readonly string[]): readonly string[] {
  const options = ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
  return ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', ...options, ...packages];
}

export const UPDATE_COMMAND: readonly string[] = ['apt-get', 'update', '-o', 'DPkg::Lock::Timeout=300'];

/** The commands in the short form that a person would type. */
export function commandsOf({ packages, wishes, commands }: FixPlan): readonly (readonly string[])[] {
  const all = [...packages, ...wishes];
  return all.length === 0 ? commands : [['apt-get', 'install', '-y', ...all], ...commands];
}
