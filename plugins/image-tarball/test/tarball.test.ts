import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import type { ImagePin } from '@karapace/core';
import { createTestTools, listTree, serveFiles, type ServedFiles, type TestTools } from '@karapace/core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openLocalArchive, pathOfUrl } from '../src/local-archive.ts';
import { createTarballSource } from '../src/tarball-source.ts';
import { makeRoot, pack } from './make-root.ts';

let served: ServedFiles;
let tools: TestTools;
const project = mkdtempSync(path.join(os.tmpdir(), 'karapace-project-'));
const root = makeRoot();

beforeAll(async () => {
  served = await serveFiles();
  tools = await createTestTools({
    openArchive: async ({ url }) => (url.startsWith('file:') ? openLocalArchive(pathOfUrl(url, project)) : undefined),
  });
});
afterAll(async () => {
  await Promise.all([served[Symbol.asyncDispose](), tools[Symbol.asyncDispose]()]);
  root[Symbol.dispose]();
  rmSync(project, { recursive: true });
});

const source = createTarballSource(project);

async function build(pin: ImagePin): Promise<string> {
  const directory = await tools.make();
  await source.build(pin, directory, tools);
  return directory;
}

/** Modes, owners, links and bytes, without the root, which is its maker's where an archive has it. */
async function treeOf(reference: string): Promise<readonly string[]> {
  const lines = await listTree(await build(await source.resolve(reference, tools)), tools);
  return lines.filter((line) => !line.startsWith(' d '));
}

describe('an archive of another program', () => {
  test.for([
    { title: 'GNU tar, its own format', pipeline: 'tar --format=gnu -c .' },
    { title: 'GNU tar, pax and attributes', pipeline: 'tar --format=posix --xattrs -c .' },
    { title: 'GNU tar, sparse and gzip', pipeline: 'tar --format=posix -Scz .' },
    { title: 'GNU tar, by name, from the root', pipeline: 'tar --numeric-owner -c *' },
    { title: 'GNU tar, padded to large records', pipeline: 'tar -b 128 -c .' },
    { title: 'bsdtar, pax', pipeline: 'bsdtar --format=pax -c .' },
    { title: 'bsdtar, ustar and zstd', pipeline: 'bsdtar --format=gnutar -c . | zstd' },
    { title: 'zstd in several threads', pipeline: 'tar -c . | zstd -T2 -B500KB' },
    { title: 'pigz-like members', pipeline: 'tar -c . | { head -c 5120 | gzip; gzip; }' },
    { title: 'xz in several threads', pipeline: 'tar -c . | xz -T2 --block-size=100KiB' },
    { title: 'xz, extreme', pipeline: 'tar -c . | xz -9e' },
    {
      title: 'Python',
      pipeline:
        'python3 -c \'import sys,tarfile; t=tarfile.open(fileobj=sys.stdout.buffer,mode="w|gz"); t.add("."); t.close()\'',
    },
  ])('gives the same tree: $title', async ({ pipeline }) => {
    served.files.set('/rootfs.tar', pack(root.directory, pipeline));
    writeFileSync(path.join(project, 'plain.tar'), pack(root.directory, 'tar --format=posix -c .'));

    const tree = await treeOf(`${served.url}/rootfs.tar`);

    expect(tree.length).toBeGreaterThan(15);
    expect(tree).toEqual(await treeOf('./plain.tar'));
  });
});

describe('a local archive', () => {
  test('is pinned by its bytes, and its address does not say where the project is', async () => {
    writeFileSync(path.join(project, 'local.tar'), pack(root.directory, 'tar -c .'));

    const pin = await source.resolve('./local.tar', tools);

    expect(pin.archives).toMatchObject([{ name: 'local.tar', url: 'file:./local.tar', arch: 'any' }]);
    expect(JSON.stringify(pin)).not.toContain(project);
    expect(pin.archives[0]?.version).toBe(pin.archives[0]?.sha256.slice(0, 12));
  });

  test('is not needed once the store has it', async () => {
    const file = path.join(project, 'gone.tar');
    writeFileSync(file, pack(root.directory, 'tar -c .'));
    const pin = await source.resolve('./gone.tar', tools);
    rmSync(file);

    expect((await listTree(await build(pin), tools)).length).toBeGreaterThan(15);
  });

  test('is read again where the store does not have it, and only with the pinned bytes', async () => {
    await using other = await createTestTools({
      openArchive: async ({ url }) => openLocalArchive(pathOfUrl(url, project)),
    });
    const file = path.join(project, 'again.tar');
    const bytes = pack(root.directory, 'tar -c .');
    writeFileSync(file, bytes);
    const pin = await source.resolve('./again.tar', tools);
    const directory = await other.make();

    writeFileSync(file, Buffer.concat([bytes, Buffer.alloc(512)]));
    await expect(source.build(pin, directory, other)).rejects.toMatchObject({ code: 'DOWNLOAD_CORRUPT' });
    writeFileSync(file, bytes);
    await source.build(pin, directory, other);

    expect((await listTree(directory, other)).length).toBeGreaterThan(15);
  });

  test.for([
    { title: 'that is not there', make: () => undefined, reason: 'there is no such file' },
    { title: 'that is a directory', make: (file: string) => execFileSync('mkdir', [file]), reason: 'it is not a file' },
    { title: 'that is a FIFO', make: (file: string) => execFileSync('mkfifo', [file]), reason: 'it is not a file' },
    {
      title: 'that is a loop of links',
      make: (file: string) => execFileSync('ln', ['-s', file, file]),
      reason: 'ELOOP',
    },
    {
      title: 'that never ends',
      make: (file: string) => execFileSync('ln', ['-s', '/dev/zero', file]),
      reason: 'it is not a file',
    },
  ])('$title is one error', async ({ make, reason }) => {
    const directory = mkdtempSync(path.join(project, 'odd-'));
    make(path.join(directory, 'odd.tar'));
    const failure = source.resolve(`./${path.basename(directory)}/odd.tar`, tools);

    await expect(failure).rejects.toMatchObject({ code: 'IMAGE_UNKNOWN', hint: expect.any(String) as string });
    await expect(failure).rejects.toThrow(reason);
  });

  test('that is empty is refused', async () => {
    writeFileSync(path.join(project, 'empty.tar'), '');

    await expect(source.resolve('./empty.tar', tools)).rejects.toMatchObject({
      code: 'DOWNLOAD_CORRUPT',
      message: 'The file `empty.tar` of the image has no bytes',
    });
  });
});

test('an address with a password is refused before anything is asked', async () => {
  const reference = served.url.replace('http://', 'http://user:secret@');
  const failure = source.resolve(`${reference}/rootfs.tar`, tools);

  await expect(failure).rejects.toMatchObject({ code: 'IMAGE_UNKNOWN' });
  await expect(failure).rejects.not.toThrow('secret');
});

test('a page in the place of an archive is named as what it is not', async () => {
  served.files.set('/page.tar.gz', Buffer.from('<html>please log in</html>'));
  const pin = await source.resolve(`${served.url}/page.tar.gz`, tools);

  await expect(build(pin)).rejects.toMatchObject({
    code: 'ARCHIVE_INVALID',
    message: expect.stringContaining('`page.tar.gz`') as string,
  });
});
