import path from 'node:path';

import {
  KarapaceError,
  type ArchivePin,
  type ImageSource,
  type ResolveContext,
  type UnpinnedArchive,
} from '@karapace/core';

import { checkUrl, isPinned, parseReference, type ImageAddress } from './image-reference.ts';
import { fileUrl, openLocalArchive } from './local-archive.ts';

const SOURCE_NAME = 'tarball';
/** Raised when the same archive must give another tree. */
const RECIPE = '1';
const GONE = [404, 410];

/** @param directory where relative paths start */
export function createTarballSource(directory: string): ImageSource {
  return {
    name: SOURCE_NAME,
    isPinned,
    async resolve(reference, context) {
      const address = parseReference(reference);
      if (address === undefined) throw new TypeError(`\`${reference}\` is no archive`);
      const archive = await keep(address, directory, context);
      return { reference, source: SOURCE_NAME, parameters: { recipe: RECIPE }, archives: [archive] };
    },
    build: ({ archives }, target, context) => context.unpack(archives, { directory: target, whiteouts: 'none' }),
    doctor: async () => [],
  };
}

async function keep(address: ImageAddress, directory: string, context: ResolveContext): Promise<ArchivePin> {
  const kept =
    address.kind === 'file' ? await keepFile(address.path, directory, context) : await keepUrl(address.url, context);
  // An archive has no version but its bytes.
  return { ...kept, version: kept.sha256.slice(0, 12) };
}

async function keepFile(file: string, directory: string, context: ResolveContext): Promise<ArchivePin> {
  const content = await openLocalArchive(path.resolve(directory, file));
  return context.keep(named(fileUrl(file)), content);
}

async function keepUrl(url: string, context: ResolveContext): Promise<ArchivePin> {
  checkUrl(url);
  context.progress(`downloading ${url}`);
  try {
    return await context.keep(named(url));
  } catch (error) {
    throw isGone(error) ? unknownImage(url, error) : error;
  }
}

function named(url: string): UnpinnedArchive {
  const name = path.posix.basename(new URL(url).pathname);
  return { name, version: 'unknown', arch: 'any', url };
}

function isGone(error: unknown): boolean {
  if (!(error instanceof KarapaceError) || !(error.cause instanceof Error) || !('status' in error.cause)) return false;
  return GONE.includes(Number(error.cause.status));
}

function unknownImage(url: string, cause: unknown): KarapaceError {
  return new KarapaceError('IMAGE_UNKNOWN', `There is no image at \`${url}\``, {
    hint: 'Check the address in `[base] image`.',
    cause,
  });
}
