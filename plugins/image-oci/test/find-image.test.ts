import fc from 'fast-check';
import { test as base, describe, expect } from 'vitest';

import type { Descriptor } from '../src/descriptor.ts';
import { findImage } from '../src/find-image.ts';
import { machineOf } from '../src/platform.ts';
import { LAYER, memoryOrigin, put, putImage, putIndex, TYPES, type Content } from './support/memory-origin.ts';

const AMD64 = machineOf('x64');
const ARM64 = machineOf('arm64');

const test = base.extend('content', (): Content => new Map());

function find(content: Content, root: Descriptor, machine = AMD64) {
  return findImage(memoryOrigin(content, root), machine);
}

function withPlatform(descriptor: Descriptor, architecture: string, variant?: string) {
  return { ...descriptor, platform: { os: 'linux', architecture, variant } };
}

test('a manifest is its own image', async ({ content }) => {
  const root = putImage(content);

  expect(await find(content, root)).toMatchObject({ digest: root.digest, layers: [LAYER] });
});

test('of an index the machine’s own platform is taken, wherever it stands', async ({ content }) => {
  const [amd64, arm64] = [putImage(content), putImage(content, { architecture: 'arm64', variant: 'v8' })];
  const attestation = { ...putImage(content, { os: 'unknown' }), platform: { os: 'unknown', architecture: 'unknown' } };
  const root = putIndex(content, [attestation, withPlatform(arm64, 'arm64', 'v8'), withPlatform(amd64, 'amd64')]);

  expect((await find(content, root)).digest).toBe(amd64.digest);
  expect((await find(content, root, ARM64)).digest).toBe(arm64.digest);
});

test('a level of amd64 that not every processor has is never chosen', async ({ content }) => {
  const [plain, third] = [putImage(content), putImage(content, { variant: 'v3' })];
  const entries = [withPlatform(third, 'amd64', 'v3'), withPlatform(plain, 'amd64', 'v1')];

  expect((await find(content, putIndex(content, entries))).digest).toBe(plain.digest);
  await expect(find(content, putIndex(content, entries.slice(0, 1)))).rejects.toMatchObject({
    code: 'IMAGE_INVALID',
    message: 'The image is not made for linux/amd64; it is made for linux/amd64/v3',
  });
});

test('an image for others is refused, and the message says for whom it is', async ({ content }) => {
  const windows = { ...putImage(content, { os: 'windows' }), platform: { os: 'windows', architecture: 'amd64' } };
  const root = putIndex(content, [windows, withPlatform(putImage(content, { architecture: 's390x' }), 's390x')]);

  await expect(find(content, root)).rejects.toMatchObject({
    code: 'IMAGE_INVALID',
    message: 'The image is not made for linux/amd64; it is made for linux/s390x, windows/amd64',
  });
});

test('an index that says one platform of an image for another does not make it fit', async ({ content }) => {
  const root = putIndex(content, [withPlatform(putImage(content, { architecture: 'riscv64' }), 'amd64')]);

  await expect(find(content, root)).rejects.toMatchObject({ message: expect.stringContaining('linux/riscv64') });
});

test('where an index is silent about platforms the images are asked', async ({ content }) => {
  const [riscv64, amd64] = [putImage(content, { architecture: 'riscv64' }), putImage(content)];

  expect((await find(content, putIndex(content, [riscv64, amd64]))).digest).toBe(amd64.digest);
});

test('an image within an index within an index is found', async ({ content }) => {
  const other = putIndex(content, [withPlatform(putImage(content, { architecture: 'arm64' }), 'arm64')]);
  const image = putImage(content);
  const root = putIndex(content, [other, putIndex(content, [withPlatform(image, 'amd64')])]);

  expect((await find(content, root)).digest).toBe(image.digest);
});

test('which image is taken does not depend on what else is in the index', async () => {
  const platform = fc.record({
    architecture: fc.constantFrom('amd64', 'arm64', 'arm', '386'),
    variant: fc.constantFrom(undefined, 'v1', 'v2', 'v3', 'v7', 'v8'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(platform, { maxLength: 6 }), fc.nat(6), async (others, position) => {
      const content: Content = new Map();
      const entry = (each: { architecture: string; variant: string | undefined }) =>
        withPlatform(putImage(content, each as object), each.architecture, each.variant);
      const image = putImage(content, { environment: ['mine='] });
      const unfit = others.filter(({ architecture, variant }) => architecture !== 'amd64' || variant !== undefined);
      const entries = [...unfit.map(entry)].toSpliced(position, 0, withPlatform(image, 'amd64'));

      expect((await find(content, putIndex(content, entries))).digest).toBe(image.digest);
    }),
    { numRuns: 50 },
  );
});

describe('hostile images', () => {
  test('indexes that lie deep in each other end the search', async ({ content }) => {
    let root = putImage(content);
    for (let depth = 0; depth < 100; depth += 1) root = putIndex(content, [root]);
    const origin = memoryOrigin(content, root);

    await expect(findImage(origin, AMD64)).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringMatching(/more than 4 deep/u),
    });
    expect(origin.reads.length).toBeLessThan(10);
  });

  test('an index that contains itself ends the search', async ({ content }) => {
    const root = { mediaType: TYPES.index, digest: `sha256:${'0'.repeat(64)}`, size: 100 };
    content.set(root.digest, Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [root, root] })));

    await expect(find(content, root)).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
  });

  test('an index that leads to many documents ends the search', async ({ content }) => {
    const strangers = Array.from({ length: 100 }, (_, index) => putImage(content, { architecture: `cpu${index}` }));
    const origin = memoryOrigin(content, putIndex(content, strangers));

    await expect(findImage(origin, AMD64)).rejects.toMatchObject({
      message: expect.stringMatching(/more than 32 documents/u),
    });
    expect(origin.reads.length).toBeLessThan(70);
  });

  test('an index of 10,000 manifests is refused', async ({ content }) => {
    const root = putIndex(
      content,
      Array.from({ length: 10_000 }, () => withPlatform(LAYER, 'amd64')),
    );

    await expect(find(content, root)).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringMatching(/`manifests`/u),
    });
  });

  test('content within a descriptor is not used', async ({ content }) => {
    const image = putImage(content);
    const data = Buffer.from('{"schemaVersion":2}').toString('base64');
    const root = putIndex(content, [{ ...withPlatform(image, 'amd64'), data }]);

    expect((await find(content, root)).digest).toBe(image.digest);
  });

  test.for([
    ['a foreign layer', 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', /may not be given away/u],
    ['a nondistributable layer', 'application/vnd.oci.image.layer.nondistributable.v1.tar', /may not be given away/u],
    [
      'a layer of an unknown type',
      'application/vnd.example.layer',
      /`application\/vnd.example.layer`, which is unknown/u,
    ],
  ] as const)('%s is refused', async ([, mediaType, message], { content }) => {
    const root = putImage(content, { layers: [{ ...LAYER, mediaType }] });

    await expect(find(content, root)).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringMatching(message),
    });
  });

  test.for([
    ['a layer by another algorithm', { layers: [{ ...LAYER, digest: `sha512:${'ab'.repeat(64)}` }] }, /only `sha256`/u],
    ['a digest in capitals', { layers: [{ ...LAYER, digest: `sha256:${'AB'.repeat(32)}` }] }, /only `sha256`/u],
    ['a digest that is a path', { layers: [{ ...LAYER, digest: 'sha256:../../etc/passwd' }] }, /`layers.0.digest`/u],
    ['a layer without bytes', { layers: [{ ...LAYER, size: 0 }] }, /is empty/u],
    ['a layer of a negative size', { layers: [{ ...LAYER, size: -1 }] }, /`layers.0.size`/u],
    ['a layer of more bytes than can be counted', { layers: [{ ...LAYER, size: 2 ** 60 }] }, /`layers.0.size`/u],
    ['no layers', { manifest: { layers: [] } }, /`layers`/u],
    ['more layers than it may have', { layers: Array.from({ length: 501 }, () => LAYER) }, /`layers`/u],
    [
      'other layers than its configuration says',
      { config: { rootfs: { type: 'layers', diff_ids: [] } } },
      /1 layers, and its configuration 0/u,
    ],
    ['the fields of an index too', { manifest: { manifests: [] } }, /`manifests`/u],
    ['another type than is announced', { manifest: { mediaType: TYPES.index } }, /calls itself/u],
    ['another version', { manifest: { schemaVersion: 1 } }, /`schemaVersion`/u],
    [
      'a chart',
      { manifest: { config: { ...LAYER, mediaType: 'application/vnd.cncf.helm.config.v1+json' } } },
      /no root file system/u,
    ],
    [
      'a configuration of 5 MiB',
      { manifest: { config: { ...LAYER, mediaType: TYPES.config, size: 5 * 2 ** 20 } } },
      /are allowed/u,
    ],
    ['a configuration without a platform', { config: { os: undefined } }, /`os`/u],
  ] as const)('an image that has %s is refused', async ([, sample, message], { content }) => {
    await expect(find(content, putImage(content, sample as object))).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
  });

  test.for([
    ['a manifest of schema 1', 'application/vnd.docker.distribution.manifest.v1+prettyjws', '{}', /schema 1/u],
    ['a page', 'text/html', '<html>', /`text\/html`, and no image/u],
    ['no JSON', TYPES.manifest, '{"schemaVersion":2', /no JSON/u],
    ['no UTF-8', TYPES.manifest, Buffer.from([0x22, 0xff, 0x22]), /no JSON/u],
    ['deep JSON', TYPES.manifest, '['.repeat(1_000_000), /no JSON/u],
    ['a list', TYPES.manifest, '[]', /no document of an image/u],
    ['an index without manifests', TYPES.index, '{"schemaVersion":2}', /`manifests`/u],
  ] as const)('%s is no image', async ([, mediaType, text, message], { content }) => {
    const root = put(content, mediaType, Buffer.from(text));

    await expect(find(content, root)).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringMatching(message),
    });
  });
});
