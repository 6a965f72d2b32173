import { createHash } from 'node:crypto';

import type { Descriptor } from '../../src/descriptor.ts';
import type { ImageOrigin } from '../../src/image-origin.ts';
import { parseDocument } from '../../src/parse-document.ts';

export const TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** Documents by digest. */
export type Content = Map<string, Buffer>;

/** Writes a document and points to it. */
export function put(content: Content, mediaType: string, document: unknown): Descriptor {
  const bytes = Buffer.isBuffer(document) ? document : Buffer.from(JSON.stringify(document));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  content.set(digest, bytes);
  return { mediaType, digest, size: bytes.length };
}

export interface SampleImage {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly environment?: readonly string[];
  readonly layers?: readonly Descriptor[];
  /** Merged over the manifest. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Merged over the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export const LAYER: Descriptor = { mediaType: TYPES.layer, digest: `sha256:${'1a'.repeat(32)}`, size: 10 };

/** An image of one layer that nobody has. */
export function putImage(content: Content, sample: SampleImage = {}): Descriptor {
  const { os = 'linux', architecture = 'amd64', variant, environment, layers = [LAYER] } = sample;
  const config = put(content, TYPES.config, {
    ...{ os, architecture, variant, config: { Env: environment } },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    ...sample.config,
  });
  return put(content, TYPES.manifest, {
    ...{ schemaVersion: 2, mediaType: TYPES.manifest, config, layers },
    ...sample.manifest,
  });
}

export function putIndex(content: Content, manifests: readonly unknown[]): Descriptor {
  return put(content, TYPES.index, { schemaVersion: 2, mediaType: TYPES.index, manifests });
}

/** An origin whose reference names that document. */
export function memoryOrigin(content: Content, root: Descriptor): ImageOrigin & { readonly reads: string[] } {
  const reads: string[] = [];
  const read = async ({ digest }: Descriptor): Promise<Buffer> => {
    reads.push(digest);
    const bytes = content.get(digest);
    if (bytes === undefined) throw new Error(`${digest} was never written`);
    return bytes;
  };
  return {
    reads,
    open: async () => ({ document: parseDocument(await read(root), root.mediaType, 'image'), digest: root.digest }),
    readDocument: read,
    readConfig: read,
    pin: async ({ digest, size }, name) => ({ ...name, url: 'https://r.example/blob', size, sha256: digest.slice(7) }),
  };
}
