import { KarapaceError } from '@karapace/core';

import { parseRegistry, type Registry } from './registry.ts';

/** What of a repository or of a layout is meant. With a digest the tag is for people only. */
interface Selection {
  readonly tag: string | undefined;
  /** `sha256:` and 64 hex digits, of an image manifest or of an index. */
  readonly digest: string | undefined;
}

/** `docker://registry/name[:tag][@sha256:…]` */
export interface RegistryReference extends Selection {
  readonly kind: 'registry';
  readonly registry: Registry;
  /** Below the registry: `tools/compiler`. */
  readonly repository: string;
}

/** `oci:path[:tag][@sha256:…]` */
export interface LayoutReference extends Selection {
  readonly kind: 'layout';
  /** As written; relative to the manifest's directory. */
  readonly path: string;
}

export type ImageReference = RegistryReference | LayoutReference;

// The grammar is that of distribution/reference; its lengths too.
const TAG = String.raw`\w[\w.-]{0,127}`;
const COMPONENT = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`;
const SELECTION = String.raw`(?::(?<tag>${TAG}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?(?:@[0-9a-f]{64})?`;
const REGISTRY_FORM = new RegExp(
  String.raw`^docker://(?<host>[^/@]+)/(?<repository>${COMPONENT}(?:/${COMPONENT})*)${SELECTION}$`,
  'u',
);
const LAYOUT_FORM = new RegExp(String.raw`^oci:(?<path>[^:@]+)${SELECTION}$`, 'u');
/** Of the registry and the repository together. */
const LONGEST_NAME = 255;

/** Whether a reference is meant for this source; it may still be wrong. */
export function isOurs(reference: string): boolean {
  return reference.startsWith('docker://') || reference.startsWith('oci:');
}

/** Whether it ends in the digest of a manifest, `@sha256:<64 hex digits>`, or of the tree, `@<64 hex digits>`. */
export function isPinned(reference: string): boolean {
  return /@(?:sha256:)?[0-9a-f]{64}$/u.test(reference);
}

/** @throws KarapaceError `IMAGE_UNKNOWN` */
export function parseReference(reference: string): ImageReference {
  checkAlgorithm(reference);
  return reference.startsWith('docker:') ? parseRegistryReference(reference) : parseLayoutReference(reference);
}

export function isTag(text: string): boolean {
  return new RegExp(`^${TAG}$`, 'u').test(text);
}

function parseRegistryReference(reference: string): RegistryReference {
  const { host = '', repository = '', tag, digest } = REGISTRY_FORM.exec(reference)?.groups ?? {};
  const registry = parseRegistry(host);
  if (registry === undefined || host.length + repository.length >= LONGEST_NAME) throw notInRegistry(reference);
  return { kind: 'registry', registry, repository, tag, digest };
}

function parseLayoutReference(reference: string): LayoutReference {
  const { path, tag, digest } = LAYOUT_FORM.exec(reference)?.groups ?? {};
  if (path === undefined) {
    throw new KarapaceError('IMAGE_UNKNOWN', `\`${reference}\` is no image in a layout`, {
      hint: 'Write `oci:<directory>:<tag>` or `oci:<directory>@sha256:<digest>`; the directory holds the file `oci-layout`, and its path no `:` or `@`.',
    });
  }
  return { kind: 'layout', path, tag, digest };
}

/** No registry is the default one: whose images are used is written down. */
function notInRegistry(reference: string): KarapaceError {
  const isWithoutRegistry = REGISTRY_FORM.test(reference.replace('docker://', 'docker://registry.invalid/'));
  const message = isWithoutRegistry
    ? `\`${reference}\` does not say which registry the image is in`
    : `\`${reference}\` is no image in a registry`;
  return new KarapaceError('IMAGE_UNKNOWN', message, {
    hint: 'Write `docker://<registry>/<name>:<tag>`: the registry is a host with a dot or a port, or `localhost`; the name is in lower case.',
  });
}

function checkAlgorithm(reference: string): void {
  const [, algorithm] = /@([a-z0-9+._-]+):[0-9a-zA-Z=_-]+(?:@[0-9a-f]{64})?$/u.exec(reference) ?? [];
  if (algorithm === undefined || algorithm === 'sha256') return;
  throw new KarapaceError(
    'IMAGE_UNKNOWN',
    `\`${reference}\` has a digest by \`${algorithm}\`, which is not supported`,
    {
      hint: 'Name the image by its `sha256:` digest, or by a tag.',
    },
  );
}
