import fs from 'node:fs';
import path from 'node:path';

import { createTestTools, listTree, type TestTools } from '@karapace/core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { createLinuxcontainersSource } from '../src/linuxcontainers-source.ts';
import { indexPage, openImageServer, type ImageServer } from './image-server.ts';

const BUILD = '20250101_07:42';
let server: ImageServer;
let tools: TestTools;

beforeAll(async () => {
  [server, tools] = await Promise.all([openImageServer(), createTestTools()]);
});
afterAll(() => Promise.all([server[Symbol.asyncDispose](), tools[Symbol.asyncDispose]()]));
beforeEach(() => server.files.clear());

const source = (settings: { readonly server?: string; readonly keyring?: string } = {}) =>
  createLinuxcontainersSource({ server: server.url, keyring: server.keyring, ...settings });
const resolve = (reference: string) => source().resolve(reference, tools);

describe('an image of a server', () => {
  test('is its newest build, by an address and a digest that were signed, and comes when it is built', async () => {
    server.publish('opensuse/tumbleweed', '20241231_04:20');
    server.publish('opensuse/tumbleweed', BUILD);
    const pin = await resolve('rolling');
    const directory = await tools.make();

    await source().build(pin, directory, tools);

    expect(pin.archives).toMatchObject([{ name: 'opensuse-tumbleweed', version: BUILD }]);
    expect(pin.archives[0]?.url).toMatch(
      /\/images\/opensuse\/tumbleweed\/\w+\/default\/20250101_07%3A42\/rootfs\.tar\.xz$/u,
    );
    expect((await listTree(directory, tools)).join('\n')).toContain('etc/os-release f 644 0:0');
  });

  test('of `opensuse/leap` is of the highest version that the server has', async () => {
    server.files.set('/images/opensuse/', indexPage(['15.5', '15.6', 'tumbleweed']));
    server.publish('opensuse/15.6', BUILD);

    expect((await resolve('opensuse/leap')).archives).toMatchObject([{ name: 'opensuse-15.6' }]);
  });

  test('whose bytes are others than those that were signed is refused', async () => {
    server.publish('fedora/40', BUILD);
    const pin = await resolve('fedora/40');
    const place = new URL(pin.archives[0]?.url ?? '').pathname;
    server.files.set(place, Buffer.alloc(pin.archives[0]?.size ?? 0));

    await expect(source().build(pin, await tools.make(), tools)).rejects.toMatchObject({ code: 'DOWNLOAD_CORRUPT' });
  });
});

describe('a server that is hostile, or broken', () => {
  test.for(['stranger', 'expired'] as const)('is refused with a signature of: %s', async (signer) => {
    server.publish('archlinux/current', BUILD, { signer });

    await expect(resolve('arch')).rejects.toMatchObject({
      code: 'MIRROR_FAILED',
      message: expect.stringContaining('not signed by a key of') as string,
    });
  });

  test.for([
    {
      title: 'a signature of other checksums',
      file: 'SHA256SUMS',
      bytes: `${'0'.repeat(64)}  rootfs.tar.xz\n`,
      code: 'MIRROR_FAILED',
    },
    { title: 'no signature but words', file: 'SHA256SUMS.asc', bytes: 'trust me', code: 'MIRROR_FAILED' },
    { title: 'an empty signature', file: 'SHA256SUMS.asc', bytes: '', code: 'MIRROR_FAILED' },
    { title: 'no signature', file: 'SHA256SUMS.asc', bytes: undefined, code: 'IMAGE_UNKNOWN' },
    { title: 'huge checksums', file: 'SHA256SUMS', bytes: 'x'.repeat(300_000), code: 'DOWNLOAD_FAILED' },
  ])('is refused with $title', async ({ file, bytes, code }) => {
    server.publish('archlinux/current', BUILD);
    const place = `${server.place('archlinux/current')}/20250101_07%3A42/${file}`;
    if (bytes === undefined) server.files.delete(place);
    else server.files.set(place, Buffer.from(bytes));

    await expect(resolve('arch')).rejects.toMatchObject({ code });
  });

  test('is refused where the signed checksums do not say which bytes the image has', async () => {
    server.publish('fedora/41', BUILD, { checksums: `${'0'.repeat(64)}  disk.qcow2\n` });

    await expect(resolve('fedora/41')).rejects.toMatchObject({ code: 'MIRROR_FAILED' });
  });

  test('is refused with an index that does not end', async () => {
    server.files.set(`${server.place('fedora/42')}/`, (request, response) => {
      const more = setInterval(() => response.write('<a href="../">'.repeat(10_000)), 1);
      request.on('close', () => clearInterval(more));
    });

    await expect(resolve('fedora/42')).rejects.toThrow('more than 4194304 bytes');
  });

  test('has no image where its index lists no build', async () => {
    server.files.set(`${server.place('fedora/42')}/`, indexPage(['..', 'latest', '../../../etc', '99990101_00:00']));

    await expect(resolve('fedora/42')).rejects.toMatchObject({
      code: 'IMAGE_UNKNOWN',
      hint: expect.any(String) as string,
    });
  });

  test('is refused where it goes back to an older build, or changes one, with the way out', async () => {
    server.publish('lxcfs/1', '20250102_00:00');
    await resolve('lxc:lxcfs/1');
    await resolve('lxc:lxcfs/1');

    server.publish('lxcfs/1', '20250102_00:00', { content: 'other bytes' });
    const changed = await resolve('lxc:lxcfs/1').catch((error: unknown) => error);
    server.publish('lxcfs/1', BUILD);
    server.files.set(`${server.place('lxcfs/1')}/`, indexPage([BUILD]));
    const older = await resolve('lxc:lxcfs/1').catch((error: unknown) => error);

    expect(changed).toMatchObject({ code: 'MIRROR_FAILED', message: expect.stringContaining('other bytes') as string });
    expect(older).toMatchObject({
      code: 'MIRROR_FAILED',
      message: expect.stringContaining('had `20250102_00:00` before') as string,
      hint: expect.stringContaining('rm ') as string,
    });
  });

  test('whose last build nobody knows any more, for the note of it is damaged, is asked as if for the first time', async () => {
    server.publish('lxcfs/2', '20250102_00:00');
    const first = await resolve('lxc:lxcfs/2');
    const notes = await tools.cache('image-linuxcontainers');

    for (const damaged of ['', '{"build":', 'null']) {
      for (const note of fs.readdirSync(notes)) fs.writeFileSync(path.join(notes, note), damaged);
      expect(await resolve('lxc:lxcfs/2')).toEqual(first);
    }
  });

  test('that fails is named by its answer', async () => {
    server.files.set(`${server.place('fedora/42')}/`, (_request, response) => response.writeHead(403).end());

    await expect(resolve('fedora/42')).rejects.toMatchObject({
      code: 'MIRROR_FAILED',
      message: expect.stringContaining('answered 403') as string,
    });
  });
});

describe('what is configured', () => {
  test.for([
    { title: 'no server', settings: { server: '' } },
    { title: 'no keyring', settings: { keyring: '' } },
    { title: 'a keyring that is not there', settings: { keyring: '/nowhere/keys.gpg' } },
    { title: 'an address of another kind', settings: { server: 'file:///images' } },
    { title: 'an address with a password', settings: { server: 'http://user:secret@127.0.0.1/' } },
  ])('is one error, with the way out: $title', async ({ settings }) => {
    server.publish('fedora/42', BUILD);
    const failure = source(settings).resolve('fedora/42', tools);

    await expect(failure).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('KARAPACE_IMAGE_') as string,
    });
    await expect(failure).rejects.not.toThrow('secret');
  });

  test('is looked at by the doctor', async () => {
    const states = async (settings: { readonly server: string | undefined; readonly keyring: string | undefined }) =>
      (await createLinuxcontainersSource(settings).doctor()).map(({ state }) => state);

    expect(await states({ server: server.url, keyring: server.keyring })).toEqual(['ok', 'ok', 'ok']);
    expect(await states({ server: undefined, keyring: '/nowhere' })).toEqual(['ok', 'failed', 'failed']);
  });
});
