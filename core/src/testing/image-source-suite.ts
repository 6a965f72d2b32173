import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ImageSource } from '../contracts/image-source.ts';
import type { ImagePin } from '../contracts/lock.ts';
import { listTree } from './list-tree.ts';
import type { TestTools } from './test-tools.ts';

export interface ImageSourceSample {
  open(): Promise<ImageSource>;
  /** A reference of an image that is small and exists. */
  readonly reference: string;
  /** One of an image that does not exist. */
  readonly unknownReference: string;
  /** Real sandboxes, such as `createTestTools` gives; disposed of in the end. */
  tools(): Promise<TestTools>;
}

const MINUTES = 60_000;

/** What every image source must do. Each plugin with one calls this from its own test folder. */
export function describeImageSource(name: string, sample: ImageSourceSample): void {
  describe(`${name} keeps the contract of image sources`, () => {
    let source: ImageSource;
    let tools: TestTools;
    let pin: ImagePin;

    beforeAll(async () => {
      source = await sample.open();
      tools = await sample.tools();
      pin = await source.resolve(sample.reference, tools);
    }, 5 * MINUTES);
    afterAll(() => tools[Symbol.asyncDispose]());

    test('a pin says which reference it is for and which source made it', () => {
      expect(pin).toMatchObject({ reference: sample.reference, source: source.name });
    });

    test('a pin is plain data that survives a lock file', () => {
      expect(JSON.parse(JSON.stringify(pin))).toEqual(pin);
      expect(Object.values(pin.parameters).filter((value) => typeof value !== 'string')).toEqual([]);
    });

    test('every archive of a pin has an address, a size and a digest', () => {
      const incomplete = pin.archives.filter(
        ({ url, size, sha256 }) => !URL.canParse(url) || !(size > 0) || !/^[0-9a-f]{64}$/u.test(sha256),
      );

      expect(incomplete).toEqual([]);
    });

    test('no two archives of a pin are of the same package, version and architecture', () => {
      const keys = pin.archives.map(({ name: of, version, arch }) => `${of} ${version} ${arch}`);

      expect(new Set(keys).size).toBe(keys.length);
    });

    test(
      'the same reference is pinned to the same bytes again',
      async () => {
        expect(await source.resolve(sample.reference, tools)).toEqual(pin);
      },
      2 * MINUTES,
    );

    test(
      'the same pin gives the same tree twice, without network',
      async () => {
        const before = tools.runs.length;
        const [first, second] = [await tools.make(), await tools.make()];

        await source.build(pin, first, tools);
        await source.build(pin, second, tools);

        expect(tools.runs.slice(before).filter(({ network }) => network === 'host')).toEqual([]);
        const tree = await listTree(first, tools);
        expect(tree.length).toBeGreaterThan(1);
        expect(await listTree(second, tools)).toEqual(tree);
      },
      10 * MINUTES,
    );

    test(
      'an image that does not exist is one error',
      async () => {
        await expect(source.resolve(sample.unknownReference, tools)).rejects.toMatchObject({
          code: 'IMAGE_UNKNOWN',
          hint: expect.any(String),
        });
      },
      2 * MINUTES,
    );

    test('a reference counts as pinned only with a digest', () => {
      expect(source.isPinned(sample.reference)).toBe(false);
      expect(source.isPinned(`${sample.reference}@${'0123456789abcdef'.repeat(4)}`)).toBe(true);
    });

    test('every finding of the doctor that is not ok says how to mend it', async () => {
      const checks = await source.doctor();

      expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
      expect(checks.filter(({ state, fix }) => state !== 'ok' && fix === null)).toEqual([]);
    });
  });
}
