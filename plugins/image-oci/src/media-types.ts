/** Kinds of documents and layers by their media types, of OCI's image-spec 1.1 and Docker's image manifest 2.2. */
export type DocumentKind = 'index' | 'manifest';

const OCI = 'application/vnd.oci.image.';
const DOCKER = 'application/vnd.docker.';

const DOCUMENTS: Readonly<Record<string, DocumentKind>> = {
  [`${OCI}index.v1+json`]: 'index',
  [`${OCI}manifest.v1+json`]: 'manifest',
  [`${DOCKER}distribution.manifest.list.v2+json`]: 'index',
  [`${DOCKER}distribution.manifest.v2+json`]: 'manifest',
};

const CONFIGS: readonly string[] = [`${OCI}config.v1+json`, `${DOCKER}container.image.v1+json`];

const LAYERS: readonly string[] = [
  ...['tar', 'tar+gzip', 'tar+zstd'].map((form) => `${OCI}layer.v1.${form}`),
  ...['tar', 'tar.gzip', 'tar.zstd'].map((form) => `${DOCKER}image.rootfs.diff.${form}`),
];

/** What a registry is asked for. */
export const ACCEPT = Object.keys(DOCUMENTS).join(', ');

/** @returns `undefined` for other things than images: attestations, charts, the manifests of Docker before 2015 */
export function documentKind(mediaType: string): DocumentKind | undefined {
  return DOCUMENTS[mediaType];
}

/** Docker's first manifests, which cannot be verified without trusting whoever sends them. */
export function isFirstSchema(mediaType: string): boolean {
  return mediaType.startsWith(`${DOCKER}distribution.manifest.v1+`);
}

export function isImageConfig(mediaType: string): boolean {
  return CONFIGS.includes(mediaType);
}

export type LayerKind = 'layer' | 'foreign' | 'unknown';

/** `foreign`: whoever holds the image may not hold the layer, and points to somebody else. */
export function layerKind(mediaType: string): LayerKind {
  if (LAYERS.includes(mediaType)) return 'layer';
  return /nondistributable|rootfs\.foreign/u.test(mediaType) ? 'foreign' : 'unknown';
}
