import { expect, test } from 'vitest';

import type { ArchivePin, ImagePin, PackagePin } from '../../src/contracts/lock.ts';
import { layerKey } from '../../src/identity/layer-key.ts';
import { BUILD_ENVIRONMENT } from '../../src/layers/build-environment.ts';
import { baseLayer, planLayers, type InstallPlans } from '../../src/layers/plan-layers.ts';

const archive = (name: string): ArchivePin => ({
  name,
  version: '1.0',
  arch: 'amd64',
  url: `http://mirror.example.invalid/${name}`,
  size: 1,
  sha256: 'ab'.repeat(32),
});
const pin = (name: string, asked: PackagePin['asked']): PackagePin => ({ ...archive(name), manager: 'apt', asked });
const image: ImagePin = {
  reference: 'debian/trixie',
  source: 'debootstrap',
  parameters: { suite: 'trixie' },
  archives: [archive('bash')],
};
const packages = [pin('git', 'system'), pin('xterm', 'gui'), pin('zlib', 'dependency')];

const apt: InstallPlans = {
  name: 'apt',
  install: (pins) => ({
    version: 1,
    archiveNames: pins.map(({ name }) => `${name}.deb`),
    steps: [['dpkg', '--install']],
    environment: { EXTRA: 'x' },
  }),
};

function packagesKey(list: readonly PackagePin[], manager: InstallPlans = apt): string {
  const [planned] = planLayers({ packages: list, ids: 'full' }, manager);
  if (planned === undefined) throw new TypeError('a layer of packages was expected');
  return layerKey(planned.layer.definition, []);
}

test('the base is the bottom', () => {
  expect(baseLayer(image, 'full')).toEqual({
    name: 'base',
    parents: [],
    definition: {
      kind: 'base',
      ids: 'full',
      inputs: {
        source: 'debootstrap',
        parameters: { suite: 'trixie' },
        archives: [{ name: 'bash', version: '1.0', arch: 'amd64', sha256: 'ab'.repeat(32) }],
        environment: BUILD_ENVIRONMENT,
      },
    },
  });
});

test('one layer holds every package, graphical ones too, on top of the base', () => {
  const planned = planLayers({ packages, ids: 'full' }, apt);

  expect(planned.map(({ layer }) => [layer.name, layer.parents])).toEqual([['packages', ['base']]]);
  expect(planned[0]?.packages).toEqual(packages);
  expect(planned[0]?.install.archiveNames).toEqual(['git.deb', 'xterm.deb', 'zlib.deb']);
});

test('without packages there is no layer, and the package manager is not asked', () => {
  const none: InstallPlans = { name: 'apt', install: () => expect.unreachable() };

  expect(planLayers({ packages: [], ids: 'full' }, none)).toEqual([]);
});

test('an address, a size or the list that asked are knobs: they change no key', () => {
  const moved = packages.map((one): PackagePin => ({
    ...one,
    url: 'https://other.example.invalid/x',
    size: 9,
    asked: 'dependency',
  }));
  const movedBase = {
    ...image,
    reference: 'debian',
    archives: image.archives.map((one) => ({ ...one, url: 'https://other.example.invalid/y' })),
  };

  expect(packagesKey(moved)).toBe(packagesKey(packages));
  expect(baseLayer(movedBase, 'full').definition).toEqual(baseLayer(image, 'full').definition);
});

test('bytes, steps, environment and the plan’s version change the key', () => {
  const changed = (change: Partial<ReturnType<InstallPlans['install']>>): InstallPlans => ({
    name: 'apt',
    install: (pins) => ({ ...apt.install(pins), ...change }),
  });
  const keys = [
    packagesKey(packages),
    packagesKey(packages.map((one) => ({ ...one, sha256: 'cd'.repeat(32) }))),
    packagesKey(packages.slice(1)),
    packagesKey(packages, changed({ version: 2 })),
    packagesKey(packages, changed({ steps: [['true']] })),
    packagesKey(packages, changed({ environment: {} })),
    packagesKey(packages, changed({ archiveNames: ['a', 'b', 'c'] })),
  ];

  expect(new Set(keys)).toHaveLength(keys.length);
});

test('packages of another package manager are refused by name', () => {
  expect(() => planLayers({ packages, ids: 'full' }, { ...apt, name: 'dnf' })).toThrow(
    '`apt` resolved the package `git`, but the image brings `dnf`',
  );
});
