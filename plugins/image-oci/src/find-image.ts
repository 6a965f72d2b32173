import { sha256Of, type Descriptor } from './descriptor.ts';
import type { ImageOrigin, OpenedDocument } from './image-origin.ts';
import { invalidImage } from './invalid-image.ts';
import { documentKind, isImageConfig, layerKind } from './media-types.ts';
import {
  LARGEST_DOCUMENT,
  parseDocument,
  parseImageConfig,
  type ImageConfig,
  type ManifestDocument,
} from './parse-document.ts';
import { fitOf, printPlatform, type Machine, type Platform } from './platform.ts';

/** Indexes within indexes. */
const DEEPEST = 4;
/** Documents that are read in search of an image. */
const MOST_DOCUMENTS = 32;

export interface FoundImage {
  /** Of its manifest. */
  readonly digest: string;
  readonly layers: readonly Descriptor[];
  readonly config: ImageConfig;
}

interface Search {
  readonly origin: ImageOrigin;
  readonly machine: Machine;
  /** Platforms that were met and do not fit. */
  readonly others: Set<string>;
  documents: number;
}

/**
 * Finds the image for this machine behind a reference.
 *
 * @throws KarapaceError those of `ImageOrigin`; `IMAGE_INVALID` also where there is none for this machine
 */
export async function findImage(origin: ImageOrigin, machine: Machine): Promise<FoundImage> {
  const search: Search = { origin, machine, others: new Set(), documents: 1 };
  const found = await visit(await origin.open(), { search, depth: 0 });
  if (found !== undefined) return found;
  const others = [...search.others].toSorted().slice(0, 20).join(', ');
  throw invalidImage(
    `The image is not made for linux/${machine.architecture}; it is made for ${others === '' ? 'nothing that is named' : others}`,
  );
}

interface Place {
  readonly search: Search;
  readonly depth: number;
}

async function visit({ document, digest }: OpenedDocument, place: Place): Promise<FoundImage | undefined> {
  if (document.kind === 'manifest') return check(digest, document, place.search);
  if (place.depth === DEEPEST) throw invalidImage(`The image's indexes lie more than ${DEEPEST} deep in each other`);
  for (const candidate of candidatesOf(document.manifests, place.search)) {
    const found = await visit(await read(candidate, place.search), { ...place, depth: place.depth + 1 });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Those that fit, the best first, and then those that do not say what they are for. */
function candidatesOf(manifests: readonly Descriptor[], { machine, others }: Search): readonly Descriptor[] {
  const ranked = manifests.flatMap((descriptor) => {
    const { mediaType, platform } = descriptor;
    if (documentKind(mediaType) === undefined) return [];
    const fit = platform === undefined ? Infinity : fitOf(platform, machine);
    if (platform !== undefined && fit === undefined) note(platform, others);
    return fit === undefined ? [] : [{ descriptor, fit }];
  });
  return ranked.toSorted((left, right) => compare(left.fit, right.fit)).map(({ descriptor }) => descriptor);
}

/** Two infinities have no difference. */
function compare(left: number, right: number): number {
  return left === right ? 0 : left - right;
}

function note(platform: Platform, others: Set<string>): void {
  // Attestations are for `unknown/unknown`.
  if (platform.os !== 'unknown') others.add(printPlatform(platform));
}

async function read(descriptor: Descriptor, search: Search): Promise<OpenedDocument> {
  const { digest, mediaType, size } = descriptor;
  search.documents += 1;
  if (search.documents > MOST_DOCUMENTS)
    throw invalidImage(`The image's index leads to more than ${MOST_DOCUMENTS} documents`);
  checkDocument(digest, size);
  return { document: parseDocument(await search.origin.readDocument(descriptor), mediaType, digest), digest };
}

function checkDocument(digest: string, size: number): void {
  sha256Of(digest);
  if (size > LARGEST_DOCUMENT) throw invalidImage(`\`${digest}\` has ${size} bytes; ${LARGEST_DOCUMENT} are allowed`);
}

async function check(digest: string, manifest: ManifestDocument, search: Search): Promise<FoundImage | undefined> {
  const { config: descriptor, layers } = manifest;
  if (!isImageConfig(descriptor.mediaType)) {
    throw invalidImage(`\`${digest}\` holds \`${descriptor.mediaType}\` and no root file system`);
  }
  checkDocument(descriptor.digest, descriptor.size);
  const config = parseImageConfig(await search.origin.readConfig(descriptor), descriptor.digest);
  if (fitOf(config.platform, search.machine) === undefined) {
    note(config.platform, search.others);
    return undefined;
  }
  for (const layer of layers) checkLayer(layer);
  if (config.layerCount !== layers.length) {
    throw invalidImage(`\`${digest}\` has ${layers.length} layers, and its configuration ${config.layerCount}`);
  }
  return { digest, layers, config };
}

function checkLayer({ mediaType, digest, size }: Descriptor): void {
  const kind = layerKind(mediaType);
  if (kind === 'foreign')
    throw invalidImage(`The layer \`${digest}\` may not be given away and is not part of the image`);
  if (kind === 'unknown')
    throw invalidImage(`The layer \`${digest}\` is of the type \`${mediaType}\`, which is unknown`);
  sha256Of(digest);
  if (size === 0) throw invalidImage(`The layer \`${digest}\` is empty`);
}
