import type { PackagePin } from '@karapace/core';
import { describePackageNames } from '@karapace/core/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { installInto } from './install-into.ts';
import { serveTestRepository, type TestRepository } from './test-repository.ts';
import type { RpmSample } from './rpm-sample.ts';
import type { TestPackage } from './test-package.ts';
import { makeTestTree, withFiles, type TestTree } from './test-tree.ts';
import { TINY_PACKAGES } from './tiny-packages.ts';

/** What every package manager of rpm packages does with the tiny packages. */
export function describeResolving(name: string, { manager, packages, file, configure }: RpmSample): void {
  describe(`${name} resolves and installs`, () => {
    let image: TestTree;
    let repository: TestRepository;
    const repositories = new AsyncDisposableStack();

    beforeAll(async () => {
      repository = repositories.use(await serveTestRepository(TINY_PACKAGES));
      image = await makeTestTree({ packages, files: { [file]: configure(repository.url) } });
    });
    afterEach(() => repository.misbehave());
    afterAll(async () => {
      await Promise.all([repositories.disposeAsync(), image.tools[Symbol.asyncDispose]()]);
    });

    async function resolve(system: readonly string[], gui: readonly string[] = []): Promise<readonly PackagePin[]> {
      return manager.resolve({ system, gui, lower: image.lower }, image.tools);
    }

    const summary = (pins: readonly PackagePin[]) =>
      pins.map(({ name: of, version, asked }) => `${of} ${version} ${asked}`);

    test('a dependency is pinned as such, a weak one is not pinned', async () => {
      expect(summary(await resolve(['tiny-epoch']))).toEqual([
        'tiny-epoch 2:1.0~rc1-3 system',
        'tiny-water 1.0-1 dependency',
      ]);
    });

    test('a package that the base has needs no archive and is no error', async () => {
      expect(summary(await resolve(['tiny-system', 'tiny-weak'], ['tiny-old']))).toEqual(['tiny-weak 1.0-1 system']);
    });

    describePackageNames(name, { resolve, version: '1.0-1' });

    test('a version is taken exactly, and a wrong one is answered with those that exist', async () => {
      expect(summary(await resolve(['tiny-epoch=2:1.0~rc1-3']))).toContain('tiny-epoch 2:1.0~rc1-3 system');
      expect(summary(await resolve(['tiny-system=1.0-1']))).toEqual([]);
      await expect(resolve(['tiny-epoch=3-1'])).rejects.toMatchObject({
        code: 'PACKAGE_UNKNOWN',
        message: 'Package `tiny-epoch` has no version `3-1`',
        hint: expect.stringContaining('`2:1.0~rc1-3`'),
      });
    });

    test('what is installed is brought up to date with what it then needs alone', async () => {
      const version = '2.0';
      const needy = { name: 'tiny-system', version, fields: ['Provides: /bin/sh', 'Requires: tiny-more'] };
      const upgrade = await upgradeFrom([needy, { name: 'tiny-more' }, { name: 'tiny-old', version }]);

      expect(summary(await upgrade('tiny-system'))).toEqual(['tiny-more 1.0-1 dependency', 'tiny-system 2.0-1 system']);
    });

    test('what would take something away that is installed is not brought up to date', async () => {
      const fields = ['Provides: /bin/sh', 'Obsoletes: tiny-old < 2'];
      const upgrade = await upgradeFrom([{ name: 'tiny-system', version: '2.0', fields }]);

      await expect(upgrade('tiny-system')).rejects.toMatchObject({
        code: 'PACKAGE_CONFLICT',
        message: expect.stringContaining('`tiny-old`'),
      });
    });

    /** How the image's packages are brought up to date, where its repository has these. */
    async function upgradeFrom(offered: readonly TestPackage[]) {
      const { url } = repositories.use(await serveTestRepository(offered));
      const lower = await withFiles(image, { [file]: configure(url) });
      return async (...names: readonly string[]) =>
        (await manager.upgrade?.({ packages: names, lower }, image.tools)) ?? [];
    }

    test('a mirror that fails is named', async () => {
      repository.misbehave((_, response) => Boolean(response.writeHead(500).end()));

      await expect(resolve(['tiny-water'])).rejects.toMatchObject({
        code: 'MIRROR_FAILED',
        message: expect.stringContaining('tiny'),
      });
    });

    test('packages are installed without network, with their scripts, owners, modes and capabilities', async () => {
      const pins = await resolve(['tiny-epoch', 'tiny-new', 'tiny-power']);

      const answer = await installInto(image, { pins, plan: manager.install(pins) }, [
        'cat /var/lib/tiny-power',
        'stat --format "%a %u" /usr/bin/tiny-setuid',
        'wc -c < /var/log/tiny-power.log',
        'rpm --query --all --queryformat "%{NAME} %{INSTALLTID}\\n" "tiny-*" | sort',
        'rpm --verify tiny-epoch tiny-power tiny-water && echo verified',
      ]);

      expect(answer).toEqual([
        '0',
        '4755 0',
        '0',
        ...['tiny-epoch', 'tiny-new', 'tiny-power', 'tiny-system', 'tiny-water'].map((name) => `${name} 315619200`),
        'verified',
      ]);
    });
  });
}
