import { LISTS_IN_CACHE, listsCacheName } from '@karapace/apt';
import { serveTestRepository, type TestRepository } from '@karapace/apt/testing';
import type { PackagePin } from '@karapace/core';
import { describePackageNames, installPackages } from '@karapace/core/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { aptPackageManager } from '../src/apt-package-manager.ts';
import { planInstall } from '../src/plan-install.ts';
import { resolvePackages } from '../src/resolve-packages.ts';
import { buildBaseImage, type BaseImage } from './base-image.ts';

const PACKAGES = [
  { name: 'tiny-fire', fields: ['Conflicts: tiny-water', 'Provides: tiny-element'] },
  { name: 'tiny-water', fields: ['Provides: tiny-element, tiny-drink'] },
  { name: 'tiny-epoch', version: '2:1.0~rc1-1', fields: ['Depends: tiny-water', 'Recommends: tiny-fire'] },
  { name: 'tiny-broken', fields: ['Depends: tiny-absent (>= 2)'] },
  { name: 'tiny-plus++' },
  { name: 'tiny-service', postinst: '/usr/sbin/policy-rc.d tiny start || echo "refused with $?" > /srv/answer' },
];

let repository: TestRepository;
let image: BaseImage;

beforeAll(async () => {
  repository = await serveTestRepository('tiny', PACKAGES);
  image = await buildBaseImage(sources());
}, 180_000);
afterEach(() => repository.misbehave());
afterAll(async () => {
  await Promise.all([repository[Symbol.asyncDispose](), image.tools[Symbol.asyncDispose]()]);
});

const sources = () => `deb [trusted=yes] ${repository.url} tiny main\n`;

async function resolve(system: readonly string[], gui: readonly string[] = []): Promise<readonly PackagePin[]> {
  return resolvePackages({ system, gui, lower: image.lower }, image.tools);
}

const summary = (pins: readonly PackagePin[]) => pins.map(({ name, version, asked }) => `${name} ${version} ${asked}`);

test('a dependency is pinned as such, a recommendation is not pinned', async () => {
  expect(summary(await resolve(['tiny-epoch']))).toEqual([
    'tiny-epoch 2:1.0~rc1-1 system',
    'tiny-water 1.0 dependency',
  ]);
});

test('a package that the base has needs no archive and is no error', async () => {
  expect(summary(await resolve(['bash', 'tiny-water'], ['dpkg']))).toEqual(['tiny-water 1.0 system']);
});

describePackageNames('apt', { resolve, version: '1.0' });

test('a version is taken exactly, and a wrong one is answered with those that exist', async () => {
  expect(summary(await resolve(['tiny-epoch=2:1.0~rc1-1']))).toContain('tiny-epoch 2:1.0~rc1-1 system');
  await expect(resolve(['tiny-epoch=3'])).rejects.toMatchObject({
    code: 'PACKAGE_UNKNOWN',
    message: 'Package `tiny-epoch` has no version `3`',
    hint: expect.stringContaining('`2:1.0~rc1-1`'),
  });
});

test('a name that occurs only as a dependency is unknown', async () => {
  await expect(resolve(['tiny-absent'])).rejects.toMatchObject({
    code: 'PACKAGE_UNKNOWN',
    message: expect.stringContaining('`tiny-absent`'),
  });
});

test('a name that ends like an action of apt is a name', async () => {
  expect(summary(await resolve(['tiny-plus++']))).toEqual(['tiny-plus++ 1.0 system']);
  await expect(resolve(['bash-'])).rejects.toMatchObject({
    code: 'PACKAGE_UNKNOWN',
    message: expect.stringContaining('`bash-`'),
  });
  await expect(resolve(['bash+'])).rejects.toMatchObject({
    code: 'PACKAGE_UNKNOWN',
    message: expect.stringContaining('`bash+`'),
  });
});

test('a mirror that fails is named', async () => {
  repository.misbehave((_, response) => Boolean(response.writeHead(500).end()));

  await expect(resolve(['tiny-water'])).rejects.toMatchObject({
    code: 'MIRROR_FAILED',
    message: expect.stringContaining(repository.url),
  });
});

test('package lists that the image source has fetched are not fetched again', async () => {
  const requests: string[] = [];
  await fillCache();
  repository.misbehave(({ url = '' }) => requests.push(url) < 0);

  await resolve(['tiny-water']);
  expect(requests).toContain('/dists/tiny/InRelease');
  expect(requests.filter((url) => url.endsWith('/Packages'))).toEqual([]);
});

test('an image never gets a cache that it could write to', async () => {
  const before = image.tools.runs.length;
  await resolve(['tiny-water']);

  const mounts = image.tools.runs.slice(before).flatMap((run) => run.mounts ?? []);
  expect(mounts.length).toBeGreaterThan(0);
  expect(mounts.filter(({ readOnly }) => !readOnly)).toEqual([]);
});

test('packages are installed without network, dependencies are marked, services are kept from starting', async () => {
  const pins = await resolve(['tiny-epoch', 'tiny-service']);
  const answer = await installAndRun(pins, [
    'cat /srv/answer',
    'dpkg-query --show --showformat "\\${Package} \\${Status}\\n" tiny-epoch tiny-service tiny-water',
    'apt-mark showauto "tiny-*"',
    'ls /usr/sbin/policy-rc.d /var/log/dpkg.log 2>/dev/null || echo gone',
  ]);

  expect(answer).toEqual([
    'refused with 101',
    'tiny-epoch install ok installed',
    'tiny-service install ok installed',
    'tiny-water install ok installed',
    'tiny-water',
    'gone',
  ]);
});

test('what is installed is brought up to date with what it then needs alone, also where the mirror has nothing else any more', async () => {
  const lower = await installed(['tiny-fire', 'tiny-service', 'tiny-plus++']);
  const needy = { name: 'tiny-service', version: '2.0', fields: ['Depends: tiny-fire (>= 2), tiny-new'] };
  const others = ['tiny-fire', 'tiny-plus++'].map((name) => ({ name, version: '3.0' }));
  await repository.publish([needy, { name: 'tiny-new' }, ...others]);

  expect(summary(await upgrade(['tiny-service'], lower))).toEqual([
    'tiny-fire 3.0 dependency',
    'tiny-new 1.0 dependency',
    'tiny-service 2.0 system',
  ]);
  await repository.publish([{ ...needy, fields: ['Conflicts: tiny-fire'] }]);
  await expect(upgrade(['tiny-service'], lower)).rejects.toMatchObject({
    code: 'PACKAGE_CONFLICT',
    message: expect.stringContaining('tiny-fire'),
  });
  await repository.publish(PACKAGES);
});

/** The layers of the image with packages above. */
async function installed(names: readonly string[]): Promise<readonly string[]> {
  const pins = await resolve(names);
  const root = await installPackages(planInstall(pins), pins, { tools: image.tools, lower: image.lower });
  return [root.upper.directory, ...image.lower];
}

async function upgrade(packages: readonly string[], lower: readonly string[]): Promise<readonly PackagePin[]> {
  return (await aptPackageManager.upgrade?.({ packages, lower }, image.tools)) ?? [];
}

/** Does what an image source does: leaves the lists of these sources in the shared cache. */
async function fillCache(): Promise<void> {
  const { tools, lower } = image;
  const root = { kind: 'layers', lower, upper: { kind: 'discard' } } as const;
  const { stdout: arch } = await tools.run({ root, command: ['dpkg', '--print-architecture'] });
  const cache = await tools.cache(listsCacheName(sources(), arch.trim()));
  const script = `apt-get update -oAPT::Sandbox::User=root && mkdir -p /srv/${LISTS_IN_CACHE} && cp -R /var/lib/apt/lists/. /srv/${LISTS_IN_CACHE}`;
  const mounts = [{ source: cache, target: '/srv', readOnly: false }];
  expect(await tools.run({ root, command: ['/bin/sh', '-euc', script], network: 'host', mounts })).toMatchObject({
    code: 0,
  });
}

/** Runs the plan's steps, then the commands in what they made; gives the lines printed. */
async function installAndRun(pins: readonly PackagePin[], commands: readonly string[]): Promise<readonly string[]> {
  const { tools } = image;
  const root = await installPackages(planInstall(pins), pins, { tools, lower: image.lower });
  const { stdout } = await tools.run({ root, command: ['/bin/sh', '-euc', commands.join('\n')] });
  return stdout.trimEnd().split('\n');
}
