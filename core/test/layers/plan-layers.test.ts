import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { TreeDigest } from '../../src/contracts/ids.ts';
import type { ArchivePin, FilesPin, ImagePin, LockedPackage } from '../../src/contracts/lock.ts';
import type { FilesRequest, RunRequest } from '../../src/contracts/manifest.ts';
import { layerKey } from '../../src/identity/layer-key.ts';
import { BUILD_ENVIRONMENT } from '../../src/layers/build-environment.ts';
import { baseLayer, planLayers, type InstallPlans, type PackagesLayer } from '../../src/layers/plan-layers.ts';

const archive = (name: string): ArchivePin => ({
  name,
  version: '1.0',
  arch: 'amd64',
  url: `http://mirror.example.invalid/${name}`,
  size: 1,
  sha256: 'ab'.repeat(32),
});
const pin = (name: string, asked: LockedPackage['asked'], layer = 0): LockedPackage => ({
  ...archive(name),
  manager: 'apt',
  asked,
  layer,
});
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

const NOTHING = { ids: 'full', packages: [], files: [], intent: { env: {}, files: [], run: [] } } as const;

const TREE = 'ab'.repeat(32) as TreeDigest;
const FILES: { readonly requests: readonly FilesRequest[]; readonly files: readonly FilesPin[] } = {
  requests: [{ source: 'a', target: '/a', mode: null }],
  files: [{ target: '/a', tree: TREE }],
};

function packagesLayer(list: readonly LockedPackage[], manager: InstallPlans = apt): PackagesLayer {
  const [planned] = planLayers({ ...NOTHING, packages: list }, manager);
  if (planned?.kind !== 'packages') throw new TypeError('a layer of packages was expected');
  return planned;
}

function packagesKey(list: readonly LockedPackage[], manager: InstallPlans = apt): string {
  return layerKey(packagesLayer(list, manager).layer.definition, []);
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
  const planned = packagesLayer(packages);

  expect(planned.layer).toMatchObject({ name: 'packages', parents: ['base'] });
  expect(planned.packages).toEqual(packages);
  expect(planned.install.archiveNames).toEqual(['git.deb', 'xterm.deb', 'zlib.deb']);
});

test('layers of packages lie on each other as the lock says, and each installs its own', () => {
  const list = [
    pin('more', 'system', 2),
    pin('git', 'system', 0),
    pin('vim', 'system', 1),
    pin('zlib', 'dependency', 0),
  ];
  const files = { ids: 'full', files: FILES.files, intent: { env: {}, files: FILES.requests, run: [] } } as const;
  const planned = planLayers({ ...files, packages: list }, apt);

  expect(planned.map(({ layer }) => [layer.name, layer.parents])).toEqual([
    ['packages', ['base']],
    ['packages-1', ['packages', 'base']],
    ['packages-2', ['packages-1', 'packages', 'base']],
    ['files', ['packages-2', 'packages-1', 'packages', 'base']],
  ]);
  const installed = planned.map((one) => (one.kind === 'packages' ? one.install.archiveNames : []));
  expect(installed).toEqual([['git.deb', 'zlib.deb'], ['vim.deb'], ['more.deb'], []]);
});

test('without packages there is no layer, and the package manager is not asked', () => {
  const none: InstallPlans = { name: 'apt', install: () => expect.unreachable() };

  expect(planLayers(NOTHING, none)).toEqual([]);
});

test('an address, a size or the list that asked are knobs: they change no key', () => {
  const moved = packages.map((one): LockedPackage => ({
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
  expect(() => planLayers({ ...NOTHING, packages }, { ...apt, name: 'dnf' })).toThrow(
    '`apt` resolved the package `git`, but the image brings `dnf`',
  );
});

describe('runs', () => {
  const run = (name: string, ...after: string[]): RunRequest => ({ name, command: [name], network: false, after });
  const planned = (runs: readonly RunRequest[], env: Readonly<Record<string, string>> = {}) =>
    planLayers({ ...NOTHING, packages, files: FILES.files, intent: { env, files: FILES.requests, run: runs } }, apt);
  const definitions = (runs: readonly RunRequest[], env = {}) =>
    planned(runs, env).flatMap(({ kind, layer }) => (kind === 'run' ? [layer.definition] : []));

  test('see base, packages and files, and not each other', () => {
    expect(planned([run('a'), run('b')]).map(({ layer }) => [layer.name, layer.parents])).toEqual([
      ['packages', ['base']],
      ['files', ['packages', 'base']],
      ['run-a', ['files', 'packages', 'base']],
      ['run-b', ['files', 'packages', 'base']],
    ]);
  });

  test('see also what they come after, and what that comes after, the last in the manifest nearest', () => {
    const layers = planned([run('a'), run('b'), run('c', 'a'), run('d', 'b', 'c')]);

    expect(layers.at(-1)?.layer.parents).toEqual(['run-c', 'run-b', 'run-a', 'files', 'packages', 'base']);
  });

  test('have the fixed build environment and the variables of the manifest', () => {
    expect(definitions([run('a')], { PATH: '/opt/bin' })[0]?.inputs['environment']).toEqual({
      ...BUILD_ENVIRONMENT,
      PATH: '/opt/bin',
    });
  });

  test('do not depend on what they are called', () => {
    const [named] = definitions([{ ...run('x'), command: ['a'] }]);

    expect(named).toEqual(definitions([run('a')])[0]);
  });

  test('any order of needs gives layers whose parents come before them, each once, with base at the end', () => {
    const anyRuns = fc
      .array(fc.array(fc.nat({ max: 9 }), { maxLength: 3 }), { maxLength: 10 })
      .map((needs) =>
        needs.map((each, index) => run(`r${index}`, ...new Set(each.filter((n) => n < index).map((n) => `r${n}`)))),
      );
    fc.assert(
      fc.property(anyRuns, (runs) => {
        const before = new Set(['base']);
        for (const { layer } of planned(runs)) {
          expect(new Set(layer.parents)).toHaveLength(layer.parents.length);
          expect(layer.parents.every((name) => before.has(name))).toBe(true);
          expect(layer.parents.at(-1)).toBe('base');
          before.add(layer.name);
        }
      }),
    );
  });

  test('a change of one changes no other’s definition', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 2, maxLength: 6 }), (names) => {
        const runs = names.map((name) => run(name));
        const [first, ...rest] = definitions(runs);
        const [changed, ...same] = definitions(runs.with(0, { ...run('changed'), command: ['other', 'command'] }));

        expect(changed).not.toEqual(first);
        expect(same).toEqual(rest);
      }),
    );
  });
});

describe('files', () => {
  const definition = (files: Partial<typeof FILES>) => {
    const { requests, files: pins } = { ...FILES, ...files };
    return planLayers({ ...NOTHING, files: pins, intent: { ...NOTHING.intent, files: requests } }, undefined)[0]?.layer
      .definition;
  };

  test('are a function of content and target; where they lie in the project is a knob', () => {
    expect(definition({ requests: [{ source: 'b/c', target: '/a', mode: null }] })).toEqual(definition({}));
    expect(definition({ files: [{ target: '/b', tree: TREE }] })).not.toEqual(definition({}));
    expect(definition({ files: [{ target: '/a', tree: 'cd'.repeat(32) as TreeDigest }] })).not.toEqual(definition({}));
  });
});
