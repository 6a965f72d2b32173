import type { HttpClient, HttpDocument } from '@karapace/core';
import { KarapaceError } from '@karapace/core';

import { checkContent, digestOf, sha256Of, type Descriptor } from './descriptor.ts';
import type { ImageOrigin } from './image-origin.ts';
import type { RegistryReference } from './image-reference.ts';
import { invalidImage } from './invalid-image.ts';
import { ACCEPT } from './media-types.ts';
import { LARGEST_DOCUMENT, parseDocument } from './parse-document.ts';
import { repositoryOf, type Repository } from './registry.ts';
import type { RegistryAccess } from './registry-access.ts';
import { registryError } from './registry-error.ts';

interface Question {
  /** Below the repository: `manifests/1.2`. */
  readonly place: string;
  /** For messages: `:1.2`, `@sha256:…`. */
  readonly wanted: string;
  readonly maxBytes: number;
}

/** An image in a registry, by OCI's distribution-spec 1.1. */
export function createRegistryOrigin(
  reference: RegistryReference,
  { access, http }: { readonly access: RegistryAccess; readonly http: HttpClient },
): ImageOrigin {
  const repository = repositoryOf(reference.registry, reference.repository, access.plainHttp);

  async function get({ place, wanted, maxBytes }: Question): Promise<HttpDocument> {
    const url = `${repository.url}/${place}`;
    const answer = await access.ask({ repository, http }, (headers) =>
      http.get(url, { headers: { accept: ACCEPT, ...headers }, maxBytes }),
    );
    if (answer.status !== 200) throw registryError(answer.status, repository, wanted);
    return answer;
  }

  async function getVerified(kind: 'manifests' | 'blobs', descriptor: Descriptor): Promise<HttpDocument> {
    const { digest, size } = descriptor;
    const answer = await get({ place: `${kind}/${digest}`, wanted: `@${digest}`, maxBytes: size });
    checkContent(answer.body, descriptor, repository.registry.host);
    return answer;
  }

  return {
    async open() {
      const { tag = 'latest', digest } = reference;
      const wanted = digest === undefined ? `:${tag}` : `@${digest}`;
      const answer = await get({ place: `manifests/${digest ?? tag}`, wanted, maxBytes: LARGEST_DOCUMENT });
      checkNamed(answer, digest, repository);
      const name = `${repository.registry.host}/${repository.name}${wanted}`;
      return { document: parseDocument(answer.body, mediaTypeOf(answer, name), name), digest: digestOf(answer.body) };
    },
    async readDocument(descriptor) {
      const answer = await getVerified('manifests', descriptor);
      const type = mediaTypeOf(answer, descriptor.digest);
      if (type === descriptor.mediaType) return answer.body;
      throw invalidImage(
        `\`${descriptor.digest}\` is \`${descriptor.mediaType}\` in its index, and \`${type}\` when it is asked for`,
      );
    },
    readConfig: async (descriptor) => (await getVerified('blobs', descriptor)).body,
    pin: async ({ digest, size }, name) => ({
      ...name,
      url: `${repository.url}/blobs/${digest}`,
      size,
      sha256: sha256Of(digest),
    }),
  };
}

/** By the digest of the reference and the one that the registry announces. */
function checkNamed({ body, headers }: HttpDocument, digest: string | undefined, { registry }: Repository): void {
  const announced = /^sha256:[0-9a-f]{64}$/u.exec(headers['docker-content-digest'] ?? '');
  const expected = digest ?? announced?.[0];
  if (expected !== undefined) checkContent(body, { digest: expected, size: body.length }, registry.host);
}

function mediaTypeOf({ headers }: HttpDocument, name: string): string {
  const [, type] =
    /^\s*([\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127})\s*(?:;|$)/u.exec(headers['content-type'] ?? '') ?? [];
  if (type !== undefined) return type;
  throw new KarapaceError('IMAGE_INVALID', `The registry does not say of which type \`${name}\` is`, {
    hint: 'Ask whoever runs the registry: the answer lacks `Content-Type`.',
  });
}
