import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { PackagePin } from '../contracts/lock.ts';
import type { PackageManager, PackageRequest, TreeNames } from '../contracts/package-manager.ts';
import { installPackages } from './install-packages.ts';
import { listTree } from './list-tree.ts';
import type { TestTools } from './test-tools.ts';

export interface PackageManagerSample {
  open(): Promise<PackageManager>;
  /** Real sandboxes, such as `createTestTools` gives; disposed of in the end. */
  tools(): Promise<TestTools>;
  /** Directories of an image with the package tool, the topmost first; and the names in it. */
  base(): Promise<{ readonly lower: readonly string[]; readonly tree: TreeNames }>;
  /** Small packages that the image does not have. */
  readonly system: readonly string[];
  readonly gui: readonly string[];
  /** Misspelt names, each with the name that is meant. */
  readonly misspelt: Readonly<Record<string, string>>;
  /** What the tool could take for an option, a path or an action. */
  readonly refused: readonly string[];
}

const MINUTES = 60_000;

/** What every package manager must do. Each plugin with one calls this from its own test folder. */
export function describePackageManager(name: string, sample: PackageManagerSample): void {
  describe(`${name} keeps the contract of package managers`, () => {
    let manager: PackageManager;
    let tools: TestTools;
    let base: Awaited<ReturnType<PackageManagerSample['base']>>;
    let pins: readonly PackagePin[];

    const request = (system: readonly string[], gui: readonly string[] = []): PackageRequest => ({
      system,
      gui,
      lower: base.lower,
    });

    beforeAll(async () => {
      manager = await sample.open();
      tools = await sample.tools();
      base = await sample.base();
      pins = await manager.resolve(request(sample.system, sample.gui), tools);
    }, 10 * MINUTES);
    afterAll(() => tools[Symbol.asyncDispose]());

    test('it knows a tree with its tool, and no other', () => {
      expect(manager.detect(base.tree)).toBe(true);
      expect(manager.detect({ has: () => false })).toBe(false);
    });

    test('every pin has an address, a size, a digest and the name of its manager', () => {
      const incomplete = pins.filter(
        ({ url, size, sha256, manager: by }) =>
          by !== manager.name || !URL.canParse(url) || !(size > 0) || !/^[0-9a-f]{64}$/u.test(sha256),
      );

      expect(incomplete).toEqual([]);
    });

    test('pins are sorted by name, and each package is there once', () => {
      const names = pins.map(({ name: of, arch }) => `${of} ${arch}`);

      expect(names).toEqual([...new Set(names)].toSorted());
    });

    test('what was asked for is marked by the list that asked', () => {
      const askedAs = (list: string) => pins.filter(({ asked }) => asked === list).map(({ name: of }) => of);

      expect(askedAs('system')).toEqual(sample.system.toSorted());
      expect(askedAs('gui')).toEqual(sample.gui.toSorted());
    });

    test(
      'unknown names are one error that names each, and the nearest that exist',
      async () => {
        const error: unknown = await manager
          .resolve(request(Object.keys(sample.misspelt)), tools)
          .catch((reason: unknown) => reason);

        expect(error).toMatchObject({ code: 'PACKAGE_UNKNOWN' });
        for (const [wrong, meant] of Object.entries(sample.misspelt)) {
          expect(String(error)).toContain(`\`${wrong}\``);
          expect(String(error)).toContain(`\`${meant}\``);
        }
      },
      MINUTES,
    );

    test.each(sample.refused)('`%s` is refused before anything runs', async (refused) => {
      const before = tools.runs.length;

      await expect(manager.resolve(request([refused]), tools)).rejects.toMatchObject({ code: 'PACKAGE_UNKNOWN' });
      expect(tools.runs.length).toBe(before);
    });

    test('a plan is the same for the same packages, and names a plain file for each', () => {
      const plan = manager.install(pins);

      expect(manager.install(structuredClone(pins))).toEqual(plan);
      expect(plan.archiveNames.length).toBe(pins.length);
      expect(plan.archiveNames.filter((file) => !/^[^/\s-][^/\s]*$/u.test(file))).toEqual([]);
    });

    test('no packages need no steps', () => {
      expect(manager.install([])).toMatchObject({ archiveNames: [], steps: [] });
    });

    test(
      'installing the same packages twice without network gives the same layer, in which nothing is out of date',
      async () => {
        const [first, second] = [await installInto(pins), await installInto(pins)];

        const layer = await listTree(first, tools);
        expect(layer.length).toBeGreaterThan(1);
        expect(await listTree(second, tools)).toEqual(layer);
        // Tools that update only as a whole have no such answer.
        const lower = [first, ...base.lower];
        expect((await manager.upgrade?.({ packages: sample.system, lower }, tools)) ?? []).toEqual([]);
      },
      10 * MINUTES,
    );

    async function installInto(packages: readonly PackagePin[]): Promise<string> {
      const root = await installPackages(manager.install(packages), packages, { tools, lower: base.lower });
      return root.upper.directory;
    }
  });
}
