import { readFile } from 'node:fs/promises';
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

import { zypperSample } from './zypper-sample.ts';

const { manager, packages, file, configure } = zypperSample;

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

/** The image with a repository's key in its rpm database, which is what zypper trusts. */
async function trusting({ directory: served }: TestRepository): Promise<TestTree> {
  const { tools, lower } = image;
  const [directory, work] = [await tools.make(), await tools.make()];
  const script = 'cat > /tmp/key.asc; rpm --import /tmp/key.asc';
  const result = await tools.run({
    root: { kind: 'layers', lower, upper: { kind: 'directory', directory, work } },
    command: ['/bin/sh', '-euc', script],
    stdin: await readFile(join(served, 'key.asc'), 'utf8'),
  });
  expect(result).toMatchObject({ code: 0 });
  return { ...image, lower: [directory, ...lower] };
}

async function resolve(tree: TestTree, url: string, ...lines: readonly string[]) {
  const lower = await withFiles(tree, { [file]: configure(url, ...lines) });
  return manager.resolve({ system: ['tiny-water'], gui: [], lower }, tree.tools);
}

test('metadata signed by a key that the image trusts vouches for the packages, which are not fetched', async () => {
  const repository = await serve('metadata');
  const requests: string[] = [];
  repository.misbehave(({ url = '' }) => requests.push(url) < 0);

  await expect(resolve(await trusting(repository), repository.url, 'gpgcheck=1')).resolves.toMatchObject([
    { name: 'tiny-water' },
  ]);
  expect(requests).toContain('/repodata/repomd.xml.asc');
  expect(requests.filter((url) => url.endsWith('.rpm'))).toEqual([]);
});

test('metadata that is not signed, or by a key that the image does not trust, is refused', async () => {
  const [unsigned, foreign] = [await serve(), await serve('metadata')];

  for (const { url } of [unsigned, foreign]) {
    await expect(resolve(image, url, 'gpgcheck=1', `gpgkey=${foreign.url}/key.asc`)).rejects.toMatchObject({
      code: 'MIRROR_FAILED',
    });
  }
});

test('packages are checked where the repository asks for that instead', async () => {
  const [unsigned, signed] = [await serve(), await serve('packages')];
  const tree = await trusting(signed);
  const lines = ['gpgcheck=1', 'repo_gpgcheck=0'];

  await expect(resolve(tree, signed.url, ...lines)).resolves.toMatchObject([{ name: 'tiny-water' }]);
  await expect(resolve(tree, unsigned.url, ...lines)).rejects.toMatchObject({
    code: 'MIRROR_FAILED',
    message: expect.stringMatching(/tiny-water.*unsigned/u),
  });
});
