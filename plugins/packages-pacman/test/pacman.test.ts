import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackagePin } from '@karapace/core';
import { createTestTools, describePackageManager, describePackageNames, installPackages } from '@karapace/core/testing';
import { afterAll, afterEach, describe, expect, test } from 'vitest';

import { pacmanPackageManager } from '../src/pacman-package-manager.ts';
import { planInstall } from '../src/plan-install.ts';
import { resolvePackages } from '../src/resolve-packages.ts';
import { addKeyring, buildBaseImage } from './base-image.ts';
import { TEST_PACKAGES } from './test-packages.ts';
import { serveTestRepository, VERSION } from './test-repository.ts';
import { writeDatabase } from './write-database.ts';

const repository = await serveTestRepository(TEST_PACKAGES);
const image = await buildBaseImage(repository);

afterEach(() => repository.misbehave());
afterAll(async () => {
  await Promise.all([repository[Symbol.asyncDispose](), image[Symbol.asyncDispose]()]);
});

/** As Arch Linux has it: packages are signed, databases are not. */
const SIGNED = 'PackageRequired PackageTrustAll DatabaseNever';

const settings = (name = 'tiny', level = 'Never') =>
  `[options]\nArchitecture = auto\nSigLevel = ${level}\nNoExtract = usr/share/tiny/tiny-fire\n[${name}]\nServer = ${repository.url}\n`;

describePackageManager('packages-pacman', {
  open: async () => pacmanPackageManager,
  tools: () => createTestTools(),
  base: async () => ({ lower: await image.configured(settings()), tree: image.tree }),
  system: ['tiny-lake', 'tiny-script', 'tiny-setuid'],
  gui: ['tiny-hook'],
  misspelt: { 'tiny-lak': 'tiny-lake', 'tiny-dirnk': 'tiny-drink' },
  refused: [
    ...['-oDir=/tmp', '--root=/', '-', 'a b', ';id', '$(id)', '`id`', '../x', '/tmp/x.pkg.tar.zst', 'core/git', '.x'],
    ...[
      'https://example.invalid/x.pkg.tar.zst',
      'git*',
      'git>=2',
      'git=',
      'git=1 2',
      'git=1-2-3',
      'git\n',
      '^git$',
      '',
    ],
  ],
});

describe('resolving', () => {
  test('a dependency is pinned as such, through what it provides; what is optional is not pinned', async () => {
    expect(summary(await resolve(['tiny-lake']))).toEqual([
      `tiny-lake ${VERSION} system`,
      `tiny-water ${VERSION} dependency`,
    ]);
  });

  test('a package that the base has needs no archive and is no error', async () => {
    expect(summary(await resolve(['base', 'tiny-water']))).toEqual([`tiny-water ${VERSION} system`]);
    expect(await resolve(['base'])).toEqual([]);
  });

  describePackageNames('pacman', { resolve, version: VERSION });

  test('a name that is a group is an error with its members', async () => {
    await expect(resolve(['tiny-group'])).rejects.toMatchObject({
      code: 'PACKAGE_UNKNOWN',
      message: '`tiny-group` is a group of `tiny-grouped`',
    });
  });

  test('a package that excludes one of the base cannot be had, and the error says why', async () => {
    await expect(resolve(['tiny-baseless'])).rejects.toMatchObject({
      code: 'PACKAGE_CONFLICT',
      message: expect.stringMatching(/tiny-baseless and base|tiny-baseless-\S+ and base/u),
    });
  });

  test('a version is taken exactly, with or without its release, and a wrong one is answered with those that exist', async () => {
    expect(summary(await resolve([`tiny-water=${VERSION}`]))).toEqual([`tiny-water ${VERSION} system`]);
    expect(summary(await resolve(['tiny-water=2:1.0']))).toEqual([`tiny-water ${VERSION} system`]);
    await expect(resolve(['tiny-water=1.0'])).rejects.toMatchObject({
      code: 'PACKAGE_UNKNOWN',
      message: 'Package `tiny-water` has no version `1.0`',
      hint: expect.stringContaining(`\`${VERSION}\``),
    });
  });
});

describe('mirrors', () => {
  test('a mirror that fails is named', async () => {
    repository.misbehave((_, response) => Boolean(response.writeHead(500).end()));

    await expect(resolve(['tiny-water'])).rejects.toMatchObject({
      code: 'MIRROR_FAILED',
      message: expect.stringMatching(/tiny\.db.*127\.0\.0\.1.*500/u),
    });
  });

  test('what is no database is the mirror’s fault, and not that of the names', async () => {
    repository.misbehave((_, response) => Boolean(response.end('<html>Please log in</html>')));

    await expect(resolve(['tiny-water'])).rejects.toMatchObject({
      code: 'MIRROR_FAILED',
      message: expect.stringContaining('tiny'),
    });
  });

  test('an image without what reads databases is named as such', async () => {
    const lower = await image.configured(settings());
    await mkdir(join(lower[0] ?? '', 'usr/bin'), { recursive: true });
    await writeFile(join(lower[0] ?? '', 'usr/bin/bsdtar'), 'no program');

    await expect(resolvePackages({ system: ['tiny-water'], gui: [], lower }, image.tools)).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      hint: expect.stringContaining('libarchive'),
    });
  });

  test('a database without end is given up', async () => {
    repository.misbehave((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024);
      const send = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', send);
      };
      send();
      return true;
    });

    await expect(resolve(['tiny-water'])).rejects.toMatchObject({ code: 'MIRROR_FAILED' });
  });

  test('signatures are checked where the image wants them, and a package without is refused', async () => {
    const [pin] = await resolve(['tiny-water'], [], settings('signed', SIGNED));
    repository.misbehave((_, response) => Boolean(response.writeHead(500).end()));
    // It is in the store already.
    await expect(image.tools.archives(pin === undefined ? [] : [{ archive: pin, name: 'x' }])).resolves.toBeDefined();
    expect(pin?.name).toBe('tiny-water');

    repository.misbehave(({ url = '' }, response) => url.endsWith('.sig') && Boolean(response.writeHead(404).end()));
    await expect(resolve(['tiny-water'], [], settings('tiny', SIGNED))).rejects.toMatchObject({
      code: 'MIRROR_FAILED',
      message: expect.stringMatching(/tiny-water.*sig/u),
    });
  });

  test('keys that the image brings along are trusted, although nobody has made a keyring of them', async () => {
    const untouched = settings('signed', 'PackageRequired DatabaseNever').replace(
      '[signed]',
      'GPGDir = /none\n[signed]',
    );
    const lower = await image.configured(untouched);
    const request = { system: ['tiny-water'], gui: [], lower };
    await expect(resolvePackages(request, image.tools)).rejects.toMatchObject({ code: 'MIRROR_FAILED' });

    await addKeyring(lower[0] ?? '', repository);
    expect(summary(await resolvePackages(request, image.tools))).toHaveLength(1);
  });

  test('a package that was changed after it was signed is refused', async () => {
    repository.misbehave(({ url = '' }, response, content) => {
      if (!url.endsWith('.zst')) return false;
      response.end(Buffer.concat([content.subarray(1), Buffer.of(0)]));
      return true;
    });

    await expect(resolve(['tiny-water'], [], settings('signed', SIGNED))).rejects.toMatchObject({
      code: 'MIRROR_FAILED',
      message: expect.stringContaining('tiny-water'),
    });
  });

  test('a database that must be signed and is not is refused', async () => {
    await expect(resolve(['tiny-water'], [], settings('tiny', 'DatabaseRequired'))).rejects.toMatchObject({
      code: 'MIRROR_FAILED',
      message: expect.stringContaining('tiny'),
    });
  });

  test.each([
    { title: 'names a file outside', fields: { FILENAME: '../../../etc/x.pkg.tar.zst' }, code: 'MIRROR_FAILED' },
    { title: 'has no SHA-256', fields: { SHA256SUM: undefined }, code: 'MIRROR_FAILED' },
    { title: 'has no size', fields: { CSIZE: undefined }, code: 'MIRROR_FAILED' },
    { title: 'has an architecture that is a path', fields: { ARCH: '../x' }, code: 'PACKAGE_CONFLICT' },
  ])('a database that $title is refused', async ({ fields, code }) => {
    await writeDatabase(repository.directory, 'evil', { packages: [{ NAME: 'evil', ...fields }] });

    await expect(resolve(['evil'], [], settings('evil'))).rejects.toMatchObject({
      code,
      message: expect.stringContaining('evil'),
    });
  });

  test('a database that grows beyond all bounds when it is unpacked is refused', async () => {
    await writeDatabase(repository.directory, 'evil', { packages: [{ NAME: 'evil' }], size: 300 * 1024 * 1024 });

    await expect(resolve(['evil'], [], settings('evil'))).rejects.toMatchObject({
      code: 'MIRROR_FAILED',
      message: expect.stringMatching(/`evil` has more than \d+ bytes/u),
    });
  });

  test('a repository that is no mirror on the web is refused, because others could not fetch from it', async () => {
    const local = settings().replace(repository.url, 'file:///srv/repository');
    const lower = await image.configured(local);
    await mkdir(join(lower[0] ?? '', 'srv/repository'), { recursive: true });
    await writeDatabase(join(lower[0] ?? '', 'srv/repository'), 'tiny', { packages: [{ NAME: 'tiny-local' }] });

    await expect(resolvePackages({ system: ['tiny-local'], gui: [], lower }, image.tools)).rejects.toMatchObject({
      code: 'MIRROR_FAILED',
      hint: expect.stringContaining('http'),
    });
  });
});

test('packages are installed without network, with the image’s settings, and dependencies are marked', async () => {
  const pins = await resolve(['tiny-lake', 'tiny-script', 'tiny-setuid'], ['tiny-hook']);
  const answer = await installAndRun(pins, [
    'cat /srv/uid /srv/hook /srv/network',
    'pacman -Qqe | tr "\\n" " "; echo',
    'pacman -Qqd',
    'stat -c %a /usr/bin/tiny-setuid',
    'ls /etc/pacman.d/gnupg/made-at-random 2>/dev/null || echo gone',
    'pacman -Qi tiny-lake | grep "Install Date"',
    'pacman -Qk tiny-lake tiny-hook',
  ]);

  expect(answer).toEqual([
    '0',
    'hook',
    'lo',
    'base tiny-hook tiny-lake tiny-script tiny-setuid ',
    'tiny-water',
    '4755',
    'gone',
    'Install Date    : Wed Jan  2 00:00:00 1980',
    'tiny-lake: 4 total files, 0 missing files',
    'tiny-hook: 7 total files, 0 missing files',
  ]);
});

async function resolve(
  system: readonly string[],
  gui: readonly string[] = [],
  configuration = settings(),
): Promise<readonly PackagePin[]> {
  return resolvePackages({ system, gui, lower: await image.configured(configuration) }, image.tools);
}

function summary(pins: readonly PackagePin[]): readonly string[] {
  return pins.map(({ name, version, asked }) => `${name} ${version} ${asked}`);
}

/** Runs the plan's steps, then the commands in what they made; gives the lines printed. */
async function installAndRun(pins: readonly PackagePin[], commands: readonly string[]): Promise<readonly string[]> {
  const { tools } = image;
  const root = await installPackages(planInstall(pins), pins, { tools, lower: await image.configured(settings()) });
  const { stdout } = await tools.run({ root, command: ['/bin/sh', '-euc', commands.join('\n')] });
  return stdout.trimEnd().split('\n');
}
