import fs from 'node:fs';
import path from 'node:path';

import { KarapaceError, type ImagePin } from '@karapace/core';
import { createTestTools, type TestTools } from '@karapace/core/testing';
import { serveTestRepository, type TestRepository } from '@karapace/apt/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { createDebootstrapSource } from '../src/debootstrap-source.ts';

const PACKAGES = [
  // apt is always part of an image.
  { name: 'apt' },
  { name: 'tiny-base', fields: ['Essential: yes', 'Priority: required', 'Depends: tiny-library'] },
  { name: 'tiny-library', version: '1:2.0-1', fields: ['Priority: optional'] },
  { name: 'tiny-required', fields: ['Priority: required'] },
  { name: 'tiny-optional', fields: ['Priority: optional'] },
];

let [repository, foreign]: TestRepository[] = [];
let tools: TestTools;

beforeAll(async () => {
  [repository, foreign] = await Promise.all([
    serveTestRepository('trixie', PACKAGES),
    serveTestRepository('trixie', PACKAGES),
  ]);
  tools = await createTestTools();
});
afterEach(() => served().misbehave());
afterAll(async () => {
  await Promise.all([
    repository?.[Symbol.asyncDispose](),
    foreign?.[Symbol.asyncDispose](),
    tools[Symbol.asyncDispose](),
  ]);
});

function served(): TestRepository {
  if (repository === undefined) throw new Error('The repository is not served');
  return repository;
}

async function resolve(
  reference = 'debian/trixie',
  changes: { readonly mirror?: string; readonly keyring?: string } = {},
): Promise<ImagePin> {
  const { mirror = served().url, keyring = served().keyring } = changes;
  return createDebootstrapSource({ mirrors: { debian: mirror }, keyrings: { debian: keyring } }).resolve(
    reference,
    tools,
  );
}

async function failure(...args: Parameters<typeof resolve>): Promise<KarapaceError> {
  const error: unknown = await resolve(...args).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof KarapaceError) return error;
  throw new Error('No KarapaceError was thrown', { cause: error });
}

test('the essential and the required packages are pinned, and what they depend on', async () => {
  const { archives, parameters } = await resolve();

  expect(archives.map(({ name, version, arch }) => `${name} ${version} ${arch}`)).toEqual([
    'apt 1.0 all',
    'tiny-base 1.0 all',
    'tiny-library 1:2.0-1 all',
    'tiny-required 1.0 all',
  ]);
  expect(parameters).toMatchObject({ distribution: 'debian', suite: 'trixie', variant: 'required' });
  expect(parameters['sources']).toBe(
    `deb [signed-by=/usr/share/keyrings/karapace-mirror.gpg] ${served().url} trixie main\n`,
  );
});

test('answers that were kept and are empty, as a power cut leaves them, are asked for again', async () => {
  const first = await resolve();
  const caches = path.dirname(await tools.cache('mmdebstrap'));
  const kept = fs.globSync(['mmdebstrap/*', '*/solved-*'], { cwd: caches });
  for (const file of kept) fs.truncateSync(path.join(caches, file));

  expect(kept.length).toBeGreaterThanOrEqual(2);
  expect(await resolve()).toEqual(first);
});

test('a mirror that nobody answers for is named, without a guess about the image', async () => {
  const error = await failure('debian/trixie', { mirror: 'http://127.0.0.1:9/debian' });

  expect(error).toMatchObject({ code: 'MIRROR_FAILED', hint: expect.stringContaining('KARAPACE_MIRROR_DEBIAN') });
  expect(error.message).toContain('`http://127.0.0.1:9/debian');
});

test('a suite that the mirror lacks is an unknown image, with the nearest one', async () => {
  expect(await failure('debian/trixi')).toMatchObject({
    code: 'IMAGE_UNKNOWN',
    hint: expect.stringContaining('`debian/trixie`'),
  });
});

test('a mirror without any suite is a wrong mirror and no unknown image', async () => {
  served().misbehave((_, response) => Boolean(response.writeHead(404).end()));

  expect(await failure()).toMatchObject({ code: 'MIRROR_FAILED' });
});

test('a list of packages that is cut off is refused', async () => {
  served().misbehave(({ url = '' }, response, content) => {
    if (!url.endsWith('/Packages')) return false;
    response.writeHead(200, { 'Content-Length': content.length });
    response.write(content.subarray(0, 100), () => response.destroy());
    return true;
  });

  expect(await failure('debian/trixie', { mirror: `${served().url}/.` })).toMatchObject({ code: 'MIRROR_FAILED' });
});

test('a list of packages with other bytes than the signed ones is refused', async () => {
  served().misbehave(({ url = '' }, response, content) => {
    if (!url.endsWith('/Packages')) return false;
    response.end(content.toString().replaceAll('tiny-optional', 'evil-optional'));
    return true;
  });

  const error = await failure('debian/trixie', { mirror: `${served().url}/./.` });
  expect(error).toMatchObject({ code: 'MIRROR_FAILED' });
  expect(error.message).toMatch(/hash|size/iu);
});

test('a mirror that somebody else signs is refused', async () => {
  const error = await failure('debian/trixie', { keyring: foreign?.keyring ?? '' });

  expect(error).toMatchObject({ code: 'MIRROR_FAILED' });
  expect(error.message).toMatch(/key|signature|signed/iu);
});

test('a mirror that nobody signs is refused', async () => {
  served().misbehave(({ url = '' }, response) => url.endsWith('/InRelease') && Boolean(response.writeHead(404).end()));

  const error = await failure('debian/trixie', { mirror: `${served().url}/././.` });
  expect(error).toMatchObject({ code: 'MIRROR_FAILED' });
  expect(error.message).toContain('signed');
});

test('without its keyring nothing is trusted', async () => {
  expect(await failure('debian/trixie', { keyring: '/nowhere/keys.gpg' })).toMatchObject({
    code: 'TOOL_MISSING',
    hint: expect.stringContaining('debian-archive-keyring'),
  });
});

test('a machine without the tools is told which is missing', async () => {
  await using poor = await createTestTools({ environment: { PATH: '/nowhere' } });
  const source = createDebootstrapSource({ mirrors: { debian: served().url }, keyrings: {} });
  const run: TestTools['run'] = async (one) => poor.run({ ...one, command: ['/bin/sh', ...one.command.slice(1)] });

  await expect(source.resolve('debian/trixie', { ...poor, run })).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: expect.stringContaining('`dpkg`'),
    hint: expect.stringContaining('karapace doctor --fix'),
  });
});

test('archives that do not make an image are a failed build with the end of the output', async () => {
  const pin = { ...(await resolve()), reference: 'debian/trixie', source: 'debootstrap' };
  const source = createDebootstrapSource({ mirrors: {}, keyrings: {} });

  await expect(source.build(pin, await tools.make(), tools)).rejects.toMatchObject({
    code: 'BUILD_FAILED',
    cause: expect.objectContaining({ message: expect.stringContaining('E: ') }),
  });
});
