import path from 'node:path';
import type { Readable } from 'node:stream';

import { KarapaceError, type ArchiveContext, type ArchivePin } from '@karapace/core';

import { openBlob, parseBlobAddress } from './layout.ts';
import { repositoryOfBlob, type Repository } from './registry.ts';
import type { RegistryAccess } from './registry-access.ts';
import { registryError } from './registry-error.ts';

/**
 * Opens a pinned layer again, in its registry or its layout.
 *
 * @returns `undefined` for the archives of other image sources and package managers
 * @throws KarapaceError `DOWNLOAD_FAILED`; of registries also those of `registryError`
 */
export async function openLayer(
  { url, sha256 }: ArchivePin,
  access: RegistryAccess,
  context: ArchiveContext,
): Promise<Readable | undefined> {
  if (!url.endsWith(sha256)) return undefined;
  const blob = parseBlobAddress(url);
  if (blob !== undefined) return openInLayout(blob, context.directory);
  const repository = repositoryOfBlob(url, access.plainHttp);
  return repository === undefined ? undefined : openInRegistry(url, repository, { access, http: context.http });
}

async function openInRegistry(
  url: string,
  repository: Repository,
  { access, http }: { readonly access: RegistryAccess; readonly http: ArchiveContext['http'] },
): Promise<Readable> {
  const answer = await access.ask({ repository, http }, (headers) => http.open(url, { headers }));
  if (answer.status === 200) return answer.body;
  answer.body.destroy();
  const error = registryError(answer.status, repository, url.slice(url.lastIndexOf('/')).replace('/', '@'));
  if (answer.status < 500) throw error;
  // Such a failure may pass: downloads of this code are tried again.
  throw new KarapaceError('DOWNLOAD_FAILED', error.message, { hint: error.hint, cause: error });
}

async function openInLayout(
  { layout, digest }: { readonly layout: string; readonly digest: string },
  directory: string,
): Promise<Readable> {
  try {
    const handle = await openBlob(path.resolve(directory, layout), digest);
    return handle.createReadStream();
  } catch (cause) {
    throw new KarapaceError('DOWNLOAD_FAILED', `The layout \`${layout}\` does not give the layer \`${digest}\``, {
      hint: 'Put the layout back where it was when the lock was made, or resolve again: remove the lock and run `karapace build`.',
      cause,
    });
  }
}
