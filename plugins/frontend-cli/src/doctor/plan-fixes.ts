import type { Check } from '@karapace/core';

/** What `doctor --fix` would run, in order. */
export interface FixPlan {
  /** Debian packages that something cannot do without, sorted. */
  readonly packages: readonly string[];
  /** Debian packages that would make something better, sorted. */
  readonly wishes: readonly string[];
  /** Other commands that root runs. */
  readonly commands: readonly (readonly string[])[];
  /** Those that would make something better. */
  readonly wishedCommands: readonly (readonly string[])[];
}

/** Collects the fixes of everything that is not as it should be. Pure. */
export function planFixes(checks: readonly Check[]): FixPlan {
  const packages = packagesOf(checks, 'failed');
  const commands = commandsFor(checks, 'failed');
  const known = new Set(commands.map((command) => JSON.stringify(command)));
  return {
    packages,
    wishes: packagesOf(checks, 'warning').filter((name) => !packages.includes(name)),
    commands,
    wishedCommands: commandsFor(checks, 'warning').filter((command) => !known.has(JSON.stringify(command))),
  };
}

function commandsFor(checks: readonly Check[], wanted: Check['state']): readonly (readonly string[])[] {
  const commands = checks.flatMap(({ state, fix }) => (state === wanted ? (fix?.commands ?? []) : []));
  return [...new Map(commands.map((command) => [JSON.stringify(command), command])).values()];
}

function packagesOf(checks: readonly Check[], wanted: Check['state']): readonly string[] {
  const names = checks.flatMap(({ state, fix }) => (state === wanted ? (fix?.debianPackages ?? []) : []));
  return [...new Set(names)].toSorted();
}

export function isEmpty(plan: FixPlan): boolean {
  return Object.values(plan).every((part: readonly unknown[]) => part.length === 0);
}

/** sudo drops variables, so that they are part of the command. The lock's owner is often an update in the background. */
export function installCommand(packages: readonly string[]): readonly string[] {
  const options = ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
  return ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', ...options, ...packages];
}

export const UPDATE_COMMAND: readonly string[] = ['apt-get', 'update', '-o', 'DPkg::Lock::Timeout=300'];

/** The commands in the short form that a person would type. */
export function commandsOf(plan: FixPlan): readonly (readonly string[])[] {
  const packages = [...plan.packages, ...plan.wishes];
  const commands = [...plan.commands, ...plan.wishedCommands];
  return packages.length === 0 ? commands : [['apt-get', 'install', '-y', ...packages], ...commands];
}
