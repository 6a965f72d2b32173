import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KarapaceError, type ResolveContext } from '@karapace/core';

import type { OpenRepository } from './find-packages.ts';
import type { ImageFacts } from './image-facts.ts';
import { readIndexArchive } from './repository-index.ts';
import type { Repository } from './repositories.ts';
import { mirrorError } from './resolve-errors.ts';
import { INDEXES_INSIDE } from './resolve-script.ts';

/** Bytes that an index may have as it is sent; the largest of Alpine Linux has about 3 MiB. */
const LARGEST_ARCHIVE = 64 * 1024 * 1024;

export interface OpenRepositories {
  readonly repositories: readonly OpenRepository[];
  /** To be mounted at `INDEXES_INSIDE`: the same indexes, for the image's apk. */
  readonly directory: string;
}

/**
 * Fetches the index of every repository. Nobody has checked their signatures yet.
 *
 * @throws KarapaceError `MIRROR_FAILED`, `OFFLINE`
 */
export async function openRepositories(facts: ImageFacts, context: ResolveContext): Promise<OpenRepositories> {
  const directory = await mkdtemp(join(context.scratch, 'apk-'));
  const lines = facts.repositories.map(
    ({ tag }, number) => `${tag === '' ? '' : `${tag} `}${INDEXES_INSIDE}/${number}\n`,
  );
  await writeFile(join(directory, 'repositories'), lines.join(''));
  const repositories = await Promise.all(
    facts.repositories.map(async (repository, number) => {
      const archive = await fetchIndex(repository, facts.arch, context);
      const place = join(directory, String(number), facts.arch);
      await mkdir(place, { recursive: true });
      await writeFile(join(place, 'APKINDEX.tar.gz'), archive);
      return { ...repository, packages: await readIndex(repository, archive) };
    }),
  );
  return { repositories, directory };
}

async function fetchIndex({ url }: Repository, arch: string, { http }: ResolveContext): Promise<Buffer> {
  const address = `${url}/${arch}/APKINDEX.tar.gz`;
  try {
    const { status, body } = await http.get(address, { maxBytes: LARGEST_ARCHIVE });
    if (status === 200) return body;
    throw mirrorError(address, `it answers with status ${status}`);
  } catch (error) {
    if (error instanceof KarapaceError && error.code === 'DOWNLOAD_FAILED')
      throw mirrorError(address, error.message, error);
    throw error;
  }
}

async function readIndex({ url }: Repository, archive: Buffer): Promise<OpenRepository['packages']> {
  try {
    return await readIndexArchive(archive);
  } catch (error) {
    throw mirrorError(url, 'its index cannot be read', error);
  }
}
