import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { useRepositories } from '@karapace/rpm/testing';
import { expect, test } from 'vitest';

import { dnfSample } from './dnf-sample.ts';

const { image, serve, resolve } = useRepositories(dnfSample);

test('packages signed by the key that the repository names are pinned, and fetched once', async () => {
  const repository = await serve({ signed: 'packages' });
  const { url } = repository;
  const requests: string[] = [];
  repository.misbehave(({ url: asked = '' }) => requests.push(asked) < 0);

  const pins = await resolve(url, ['gpgcheck=1', `gpgkey=${url}/key.asc`]);
  await image().tools.archives(pins.map((archive) => ({ archive, name: archive.name })));

  expect(pins).toMatchObject([{ name: 'tiny-water' }]);
  expect(requests.filter((asked) => asked.endsWith('.rpm'))).toHaveLength(1);
});

test('packages that are not signed, or by another key, are refused where the repository has gpgcheck', async () => {
  const [unsigned, signed, other] = [
    await serve(),
    await serve({ signed: 'packages' }),
    await serve({ signed: 'metadata' }),
  ];

  for (const { url } of [unsigned, signed]) {
    await expect(resolve(url, ['gpgcheck=1', `gpgkey=${other.url}/key.asc`])).rejects.toMatchObject({
      code: 'MIRROR_FAILED',
      message: expect.stringMatching(/tiny-water.*not (?:signed|correct)|signature|GPG|key/iu),
    });
  }
});

test('metadata is checked where the repository has repo_gpgcheck', async () => {
  const { url, directory } = await serve({ signed: 'metadata' });
  const lines = ['gpgcheck=1', 'repo_gpgcheck=1', `gpgkey=${url}/key.asc`];

  await expect(resolve(url, lines)).resolves.toMatchObject([{ name: 'tiny-water' }]);
  await rm(join(directory, 'repodata/repomd.xml.asc'));
  await expect(resolve(url, lines)).rejects.toMatchObject({ code: 'MIRROR_FAILED' });
});
