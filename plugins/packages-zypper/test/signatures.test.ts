import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { useRepositories, type TestRepository, type TestTree } from '@karapace/rpm/testing';
import { expect, test } from 'vitest';

import { zypperSample } from './zypper-sample.ts';

const { image, serve, resolve } = useRepositories(zypperSample);

/** The image with a repository's key in its rpm database, which is what zypper trusts. */
async function trusting({ directory: served }: TestRepository): Promise<TestTree> {
  const { tools, lower } = image();
  const [directory, work] = [await tools.make(), await tools.make()];
  const script = 'cat > /tmp/key.asc; rpm --import /tmp/key.asc';
  const result = await tools.run({
    root: { kind: 'layers', lower, upper: { kind: 'directory', directory, work } },
    command: ['/bin/sh', '-euc', script],
    stdin: await readFile(join(served, 'key.asc'), 'utf8'),
  });
  expect(result).toMatchObject({ code: 0 });
  return { ...image(), lower: [directory, ...lower] };
}

test('metadata signed by a key that the image trusts vouches for the packages, which are not fetched', async () => {
  const repository = await serve({ signed: 'metadata' });
  const requests: string[] = [];
  repository.misbehave(({ url = '' }) => requests.push(url) < 0);

  await expect(resolve(repository.url, ['gpgcheck=1'], await trusting(repository))).resolves.toMatchObject([
    { name: 'tiny-water' },
  ]);
  expect(requests).toContain('/repodata/repomd.xml.asc');
  expect(requests.filter((url) => url.endsWith('.rpm'))).toEqual([]);
});

test('metadata that is not signed, or by a key that the image does not trust, is refused', async () => {
  const [unsigned, foreign] = [await serve(), await serve({ signed: 'metadata' })];

  for (const { url } of [unsigned, foreign]) {
    await expect(resolve(url, ['gpgcheck=1', `gpgkey=${foreign.url}/key.asc`])).rejects.toMatchObject({
      code: 'MIRROR_FAILED',
    });
  }
});

test('packages are checked where the repository asks for that instead, and fetched once', async () => {
  const [unsigned, signed] = [await serve(), await serve({ signed: 'packages' })];
  const tree = await trusting(signed);
  const lines = ['gpgcheck=1', 'repo_gpgcheck=0'];

  const requests: string[] = [];
  signed.misbehave(({ url = '' }) => requests.push(url) < 0);

  const pins = await resolve(signed.url, lines, tree);
  await tree.tools.archives(pins.map((archive) => ({ archive, name: archive.name })));
  expect(pins).toMatchObject([{ name: 'tiny-water' }]);
  expect(requests.filter((url) => url.endsWith('.rpm'))).toHaveLength(1);
  await expect(resolve(unsigned.url, lines, tree)).rejects.toMatchObject({
    code: 'MIRROR_FAILED',
    message: expect.stringMatching(/tiny-water.*unsigned/u),
  });
});
