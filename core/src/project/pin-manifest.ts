import path from 'node:path';

import type { Manifest } from '../contracts/manifest.ts';
import { KarapaceError, type SourcePlace } from '../errors.ts';
import { canonicalJson } from '../identity/canonical-json.ts';
import { locateInJson, locateInModule, locateInToml, type ImagePlace } from '../manifest/locate-image.ts';
import { normalizeManifest } from '../manifest/normalize-manifest.ts';
import { parseManifestJson, parseManifestToml } from '../manifest/parse-manifest.ts';
import { positionAt } from '../manifest/text-positions.ts';
import { loadConfig } from '../plugin/load-config.ts';
import { readManifestFile } from '../plugin/read-manifest-file.ts';
import { rewriteManifest } from '../store/rewrite-manifest.ts';

/** A manifest's text, and where in it the image is. */
export interface ImageText {
  readonly file: string;
  readonly text: string;
  /** `undefined` where it is not found as plain text. */
  readonly image: ImagePlace | undefined;
}

export async function readImageText(file: string): Promise<ImageText> {
  const text = await readManifestFile(file);
  return { file, text, image: locate(text, file) };
}

/** For messages. */
export function placeOfImage({ file, text, image }: ImageText): SourcePlace {
  return { file, ...(image === undefined ? {} : positionAt(text, image.at)) };
}

/**
 * Adds the digest of a tree to the reference of the image, and nothing else.
 *
 * @param pinned what the image is to be: the reference that the manifest has, and something behind it
 * @throws KarapaceError `IMAGE_UNPINNED` where no plain text of the file is the image; `MANIFEST_UNWRITABLE`
 */
export async function pinManifest({ file, text, image }: ImageText, pinned: string): Promise<void> {
  const { manifest } = await loadConfig(file);
  const reference = manifest.base.image;
  // A plugin may make another image of the one that is written here.
  if (image === undefined || !pinned.startsWith(`${reference}@`)) throw notPlain(file, pinned);
  const suffix = pinned.slice(reference.length);
  const after = `${text.slice(0, image.end)}${suffix}${text.slice(image.end)}`;
  const wanted = meaningOf({ ...manifest, base: { image: pinned } });
  await rewriteManifest(file, {
    before: text,
    after,
    check: async (temporary) => {
      if (meaningOf(await readAgain(file, temporary, after)) !== wanted) throw notPlain(file, pinned);
    },
  });
}

function locate(text: string, file: string): ImagePlace | undefined {
  switch (path.extname(file)) {
    case '.toml':
      return locateInToml(text);
    case '.json':
      return locateInJson(text, withinOf(file));
    default:
      return locateInModule(text);
  }
}

/** What the new text means; a module is asked by running it. */
async function readAgain(file: string, temporary: string, text: string): Promise<Manifest> {
  switch (path.extname(file)) {
    case '.toml':
      return parseManifestToml(text, file);
    case '.json':
      return parseManifestJson(text, file, withinOf(file));
    default:
      return (await loadConfig(temporary)).manifest;
  }
}

function withinOf(file: string): string | undefined {
  return path.basename(file) === 'package.json' ? 'karapace' : undefined;
}

function meaningOf(manifest: Manifest): string {
  return canonicalJson(normalizeManifest(manifest));
}

function notPlain(file: string, pinned: string): KarapaceError {
  return new KarapaceError('IMAGE_UNPINNED', 'The manifest does not have the image as plain text that can be pinned', {
    hint: `Write \`${pinned}\` by hand where the image comes from.`,
    place: { file },
  });
}
