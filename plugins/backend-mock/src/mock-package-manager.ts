import {
  KarapaceError,
  upgradeByResolving,
  type PackageManager,
  type PackagePin,
  type PackageRequest,
} from '@karapace/core';

import { pinMockArchive } from './mock-archive.ts';
import { MOCK_MARKER } from './mock-image-source.ts';
import type { BackendMockOptions } from './mock-options.ts';

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9+._-]*$/u;

/** Ends the name of what a package needs, which needs nothing itself. */
const DATA = '-data';

/** Any name resolves, to itself and one dependency. */
export function createMockPackageManager({
  unknown = [],
  failing = [],
  versions = {},
  upgradesOne = true,
}: BackendMockOptions): PackageManager {
  async function resolve({ system, gui }: PackageRequest): Promise<readonly PackagePin[]> {
    const bad = [...system, ...gui].filter((name) => unknown.includes(name) || !NAME.test(name));
    if (bad.length > 0) throw unknownPackages(bad);
    const pins = new Map<string, PackagePin>();
    const add = (name: string, asked: PackagePin['asked']): void => {
      if (!pins.has(name))
        pins.set(name, { ...pinMockArchive('package', name, versions[name]), manager: 'mock', asked });
    };
    for (const name of system) add(name, 'system');
    for (const name of gui) add(name, 'gui');
    for (const name of [...system, ...gui]) if (!name.endsWith(DATA)) add(`${name}${DATA}`, 'dependency');
    return [...pins.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
  }

  return {
    name: 'mock',
    detect: (tree) => tree.has(MOCK_MARKER),
    resolve,
    ...(upgradesOne ? { upgrade: upgradeByResolving(resolve) } : {}),
    install(packages) {
      const archiveNames = packages.map(({ name, version }) => `${name}_${version}.json`);
      const fails = packages.some(({ name }) => failing.includes(name));
      const steps = fails ? [['mock-install', ...archiveNames], ['false']] : [['mock-install', ...archiveNames]];
      return { version: 1, archiveNames, steps, environment: {} };
    },
  };
}

function unknownPackages(names: readonly string[]): KarapaceError {
  return new KarapaceError('PACKAGE_UNKNOWN', `No package is called ${names.map((name) => `\`${name}\``).join(', ')}`, {
    hint: 'Correct the name in `[system] packages` or `[gui] apps`.',
  });
}
