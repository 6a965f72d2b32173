import { describe, expect, test } from 'vitest';

import type { RpmSample } from './rpm-sample.ts';
import { useRepositories } from './served-repositories.ts';
import { rewriteMetadata } from './test-repository.ts';

/** What every package manager of rpm packages refuses from a repository. */
export function describeHostileRepositories(name: string, sample: RpmSample): void {
  describe(`${name} believes no repository`, () => {
    const { image, serve, resolve } = useRepositories(sample);

    test('an image without a repository is told so', async () => {
      const request = { system: ['tiny-water'], gui: [], lower: image().lower };

      await expect(sample.manager.resolve(request, image().tools)).rejects.toMatchObject({
        code: 'MIRROR_FAILED',
        message: 'The repositories of the image cannot be used: the image has none that is enabled',
      });
    });

    test('metadata that leads out of the repository is refused', async () => {
      const { url, directory } = await serve();
      await rewriteMetadata(directory, (primary) =>
        primary.replace(/location href="[^"]*"/u, 'location href="../x.rpm"'),
      );

      await expect(resolve(url)).rejects.toMatchObject({
        code: 'MIRROR_FAILED',
        message: 'The repository `tiny` gives `tiny-water` the location `../x.rpm`',
      });
    });

    test('a checksum other than SHA-256 is refused, with the way out', async () => {
      const { url } = await serve({ arguments: ['--checksum', 'md5'] });

      await expect(resolve(url)).rejects.toMatchObject({
        code: 'MIRROR_FAILED',
        message: 'The repository `tiny` gives `tiny-water` a checksum of the type `md5` only',
        hint: expect.stringContaining('createrepo_c --checksum sha256'),
      });
    });

    test('a repository that asks for a password cannot be in a lock', async () => {
      const { url } = await serve();

      await expect(resolve(url.replace('//', '//user:secret@'))).rejects.toMatchObject({
        code: 'MIRROR_FAILED',
        message: expect.stringMatching(/^(?!.*secret).* a user name or a password/u),
      });
    });

    test('metadata without end is cut off', async () => {
      const repository = await serve();
      repository.misbehave(({ url = '' }, response) => {
        if (!url.includes('primary')) return false;
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', more);
        more();
        return true;
      });

      await expect(resolve(repository.url)).rejects.toMatchObject({ code: 'MIRROR_FAILED' });
    });
  });
}
