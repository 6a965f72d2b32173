import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { test as base, expect } from 'vitest';

import type { Descriptor } from '../src/descriptor.ts';
import { findImage } from '../src/find-image.ts';
import { parseReference } from '../src/image-reference.ts';
import { createLayoutOrigin } from '../src/layout-origin.ts';
import { blobAddress, parseBlobAddress } from '../src/layout.ts';
import { machineOf } from '../src/platform.ts';
import { putImage, putIndex, type Content } from './support/memory-origin.ts';

const AMD64 = machineOf('x64');
const MARKER = '{"imageLayoutVersion":"1.0.0"}';

/** A project's directory with a layout called `image`. */
const test = base.extend('project', async ({}, { onCleanup }) => {
  const project = await mkdtemp(path.join(tmpdir(), 'karapace-layout-'));
  onCleanup(() => rm(project, { recursive: true }));
  await mkdir(path.join(project, 'image/blobs/sha256'), { recursive: true });
  await writeFile(path.join(project, 'image/oci-layout'), MARKER);
  return project;
});

async function write(project: string, content: Content, entries: readonly unknown[]): Promise<void> {
  for (const [digest, bytes] of content) await writeFile(blob(project, digest), bytes);
  await writeFile(path.join(project, 'image/index.json'), JSON.stringify({ schemaVersion: 2, manifests: entries }));
}

function blob(project: string, digest: string): string {
  return path.join(project, 'image/blobs/sha256', digest.replace('sha256:', ''));
}

function tagged(descriptor: Descriptor, tag: string): unknown {
  return { ...descriptor, annotations: { 'org.opencontainers.image.ref.name': tag } };
}

async function find(project: string, reference: string) {
  const parsed = parseReference(reference);
  if (parsed.kind !== 'layout') throw new Error(`${reference} is of no layout`);
  return findImage(createLayoutOrigin(parsed, project), AMD64);
}

/** A layout with one image, tagged `1`. */
async function writeOne(project: string): Promise<Descriptor> {
  const content: Content = new Map();
  const image = putImage(content);
  await write(project, content, [tagged(image, '1')]);
  return image;
}

test('an image is found by its tag, by its digest, and alone by neither', async ({ project }) => {
  const image = await writeOne(project);

  for (const reference of ['image:1', './image:1', `image@${image.digest}`, 'image', `${project}/image`]) {
    expect(await find(project, `oci:${reference}`)).toMatchObject({ digest: image.digest });
  }
});

test('several of one tag are for several platforms', async ({ project }) => {
  const content: Content = new Map();
  const [arm64, amd64] = [putImage(content, { architecture: 'arm64' }), putImage(content)];
  await write(project, content, [tagged(arm64, '1'), tagged(amd64, '1')]);

  expect((await find(project, 'oci:image:1')).digest).toBe(amd64.digest);
});

test('where there are several images, those that can be named are', async ({ project }) => {
  const content: Content = new Map();
  const image = putImage(content);
  await write(project, content, [
    tagged(image, 'one'),
    tagged(putIndex(content, [image]), 'two'),
    tagged(image, '\u001b[31m'),
  ]);

  await expect(find(project, 'oci:image')).rejects.toMatchObject({
    code: 'IMAGE_UNKNOWN',
    hint: 'Write one of `oci:image:one`, `oci:image:two`.',
  });
  await expect(find(project, 'oci:image:three')).rejects.toMatchObject({
    code: 'IMAGE_UNKNOWN',
    message: expect.stringMatching(/no image `three`/u),
  });
  expect((await find(project, 'oci:image:two')).digest).toBe(image.digest);
});

test('a directory that is no layout is an unknown image', async ({ project }) => {
  await expect(find(project, 'oci:elsewhere:1')).rejects.toMatchObject({
    code: 'IMAGE_UNKNOWN',
    message: '`elsewhere` is no OCI layout: its file `oci-layout` cannot be read',
  });
});

test('a key that holds no word is not shown', async ({ project }) => {
  const image = { ...(await writeOne(project)), annotations: { '\u001b[31m': 1 } };
  await write(project, new Map(), [image]);

  await expect(find(project, 'oci:image:1')).rejects.toMatchObject({
    code: 'IMAGE_INVALID',
    message: expect.stringContaining('`manifests.0.annotations.…`'),
  });
});

test.for(['{}', '{"imageLayoutVersion":"2.0.0"}', 'no JSON'])('a marker %s is refused', async (marker, { project }) => {
  await writeOne(project);
  await writeFile(path.join(project, 'image/oci-layout'), marker);

  await expect(find(project, 'oci:image:1')).rejects.toMatchObject({
    code: 'IMAGE_INVALID',
    message: expect.stringMatching(/of version 1/u),
  });
});

test('a blob of other bytes is refused', async ({ project }) => {
  const { digest, size } = await writeOne(project);
  await writeFile(blob(project, digest), 'x'.repeat(size));

  await expect(find(project, 'oci:image:1')).rejects.toMatchObject({ code: 'DOWNLOAD_CORRUPT' });
});

test('a blob without end is read as far as its size', async ({ project }) => {
  const { digest } = await writeOne(project);
  await truncate(blob(project, digest), 2 ** 40);

  await expect(find(project, 'oci:image:1')).rejects.toMatchObject({ code: 'IMAGE_INVALID', cause: expect.any(Error) });
});

test('a file without end is no index', async ({ project }) => {
  await writeOne(project);
  await truncate(path.join(project, 'image/index.json'), 2 ** 40);

  await expect(find(project, 'oci:image:1')).rejects.toMatchObject({
    code: 'IMAGE_INVALID',
    message: expect.stringMatching(/`index.json`/u),
  });
});

test.for(['oci-layout', 'index.json', 'blobs', 'blobs/sha256'])(
  'a link in the place of `%s` is not followed',
  async (name, { project }) => {
    await writeOne(project);
    const place = path.join(project, 'image', name);
    await rename(place, path.join(project, 'real'));
    await symlink(path.join(project, 'real'), place);

    await expect(find(project, 'oci:image:1')).rejects.toMatchObject({
      code: expect.stringMatching(/^IMAGE_(?:INVALID|UNKNOWN)$/u),
    });
  },
);

test('a link in the place of a blob is not followed, even to the right bytes', async ({ project }) => {
  const { digest } = await writeOne(project);
  await rename(blob(project, digest), path.join(project, 'real'));
  await symlink(path.join(project, 'real'), blob(project, digest));

  await expect(find(project, 'oci:image:1')).rejects.toMatchObject({
    code: 'IMAGE_INVALID',
    message: expect.stringContaining(digest),
  });
});

test('the layout itself may be a link: its path is the person’s', async ({ project }) => {
  const { digest } = await writeOne(project);
  await symlink('image', path.join(project, 'link'));

  expect((await find(project, 'oci:link:1')).digest).toBe(digest);
});

test.for(['oci-layout', 'index.json'])('nobody waits for a writer of the FIFO `%s`', async (name, { project }) => {
  await writeOne(project);
  await rm(path.join(project, 'image', name));
  execFileSync('mkfifo', [path.join(project, 'image', name)]);

  await expect(find(project, 'oci:image:1')).rejects.toMatchObject({
    code: expect.stringMatching(/^IMAGE_(?:INVALID|UNKNOWN)$/u),
  });
});

test.each(['image', './image', '../a/b', '/srv/image', './100%/ü', 'a/../..'])(
  'the address of a blob in %s leads back to it',
  (layout) => {
    const digest = `sha256:${createHash('sha256').update(layout).digest('hex')}`;

    const address = blobAddress(layout, digest);
    const found = parseBlobAddress(address);

    expect(address).toMatch(/^file:(?:\.{1,2}\/|\/\/\/)[!-~]+$/u);
    expect(found?.digest).toBe(digest);
    expect(path.resolve('/project', found?.layout ?? '')).toBe(path.resolve('/project', layout));
  },
);

test.each(['file:./image', 'https://r.example/blobs/sha256/00', `file:./%ff/blobs/sha256/${'0'.repeat(64)}`])(
  '%s is the address of no blob',
  (address) => {
    expect(parseBlobAddress(address)).toBeUndefined();
  },
);
