import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import {
  makeTestTree,
  serveTestRepository,
  withFiles,
  type TestRepository,
  type TestRepositoryOptions,
  type TestTree,
} from '@karapace/rpm/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { dnfSample } from './dnf-sample.ts';

const { manager, packages, file, configure } = dnfSample;

let image: TestTree;
const repositories: TestRepository[] = [];

beforeAll(async () => {
  image = await makeTestTree({ packages, files: {} });
});
afterEach(async () => {
  await Promise.all(repositories.splice(0).map((repository) => repository[Symbol.asyncDispose]()));
});
afterAll(() => image.tools[Symbol.asyncDispose]());

async function serve(signed: TestRepositoryOptions['signed'] = 'nothing'): Promise<TestRepository> {
  const repository = await serveTestRepository([{ name: 'tiny-water' }], { signed });
  repositories.push(repository);
  return repository;
}

async function resolve(url: string, ...lines: readonly string[]) {
  const lower = await withFiles(image, { [file]: configure(url, ...lines) });
  return manager.resolve({ system: ['tiny-water'], gui: [], lower }, image.tools);
}

test('packages signed by the key that the repository names are pinned', async () => {
  const { url } = await serve('packages');

  await expect(resolve(url, 'gpgcheck=1', `gpgkey=${url}/key.asc`)).resolves.toMatchObject([{ name: 'tiny-water' }]);
});

test('packages that are not signed, or by another key, are refused where the repository has gpgcheck', async () => {
  const [unsigned, signed, other] = [await serve(), await serve('packages'), await serve('metadata')];

  for (const { url } of [unsigned, signed]) {
    await expect(resolve(url, 'gpgcheck=1', `gpgkey=${other.url}/key.asc`)).rejects.toMatchObject({
      code: 'MIRROR_FAILED',
      message: expect.stringMatching(/tiny-water.*not (?:signed|correct)|signature|GPG|key/iu),
    });
  }
});

test('metadata is checked where the repository has repo_gpgcheck', async () => {
  const { url, directory } = await serve('metadata');
  const lines = ['gpgcheck=1', 'repo_gpgcheck=1', `gpgkey=${url}/key.asc`];

  await expect(resolve(url, ...lines)).resolves.toMatchObject([{ name: 'tiny-water' }]);
  await rm(join(directory, 'repodata/repomd.xml.asc'));
  await expect(resolve(url, ...lines)).rejects.toMatchObject({ code: 'MIRROR_FAILED' });
});
