import { describe, expect, test } from 'vitest';

import type { PackagePin } from '../contracts/lock.ts';

export interface PackageNamesSample {
  /**
   * Resolves in an image with a repository of these packages: `tiny-water`, which alone provides `tiny-drink`; `tiny-fire`,
   * which provides `tiny-element`, as `tiny-water` does, and cannot be beside it; `tiny-broken`, which needs `tiny-absent`,
   * which nothing is or provides.
   */
  readonly resolve: (system: readonly string[], gui?: readonly string[]) => Promise<readonly PackagePin[]>;
  /** Of `tiny-water`. */
  readonly version: string;
}

/** What every package manager makes of names that are not simply packages', and of packages that cannot be had. */
export function describePackageNames(name: string, { resolve, version }: PackageNamesSample): void {
  describe(`of what ${name} is asked for`, () => {
    test('a name that one package provides stands for it', async () => {
      expect(await resolve([], ['tiny-drink'])).toMatchObject([{ name: 'tiny-water', version, asked: 'gui' }]);
    });

    test('a name that several packages provide is an error with their names', async () => {
      await expect(resolve(['tiny-element'])).rejects.toMatchObject({
        code: 'PACKAGE_UNKNOWN',
        message: '`tiny-element` is provided by `tiny-fire`, `tiny-water`',
      });
    });

    test.each([
      { packages: ['tiny-fire', 'tiny-water'], named: /tiny-fire.*tiny-water|tiny-water.*tiny-fire/u },
      { packages: ['tiny-broken'], named: /tiny-absent/u },
    ])('$packages cannot be had, and the error says why', async ({ packages, named }) => {
      await expect(resolve(packages)).rejects.toMatchObject({
        code: 'PACKAGE_CONFLICT',
        message: expect.stringMatching(named),
      });
    });
  });
}
