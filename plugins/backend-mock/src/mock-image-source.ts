import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { KarapaceError, type ImageSource } from '@karapace/core';

import { pinMockArchive, type MockArchive } from './mock-archive.ts';

/** A file that every made-up image has, and no other. */
export const MOCK_MARKER = '/etc/karapace-mock';

/** The distributions whose names the established manifests use. */
const KNOWN = ['arch', 'debian', 'fedora', 'opensuse', 'rolling', 'ubuntu'];
const REFERENCE = /^(?<distribution>[a-z]+)(?:\/[a-z0-9.-]+)?(?:@[0-9a-f]{64})?$/u;
const ARCHIVE = 'image.json';

export const mockImageSource: ImageSource = {
  name: 'mock',
  isPinned: (reference) => reference.includes('@'),
  async resolve(reference) {
    const distribution = REFERENCE.exec(reference)?.groups?.['distribution'] ?? '';
    if (!KNOWN.includes(distribution)) throw unknownImage(reference);
    const [name = reference] = reference.split('@');
    return { reference, source: 'mock', parameters: { arch: 'all' }, archives: [pinMockArchive('image', name)] };
  },
  async build(pin, directory, context) {
    const [archive] = pin.archives;
    if (archive === undefined)
      throw new KarapaceError('LOCK_INVALID', 'The lock pins a made-up image without an archive');
    const place = await context.archives([{ archive, name: ARCHIVE }]);
    await unpackMockArchive(path.join(place, ARCHIVE), directory);
  },
  doctor: async () => [],
};

/** Writes an archive's files below a directory. */
export async function unpackMockArchive(archive: string, directory: string): Promise<void> {
  const { files } = JSON.parse(await readFile(archive, 'utf8')) as MockArchive;
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(directory, name);
    await makeDirectory(path.dirname(file));
    await writeFile(file, text);
    await chmod(file, name.startsWith('/usr/bin/') ? 0o755 : 0o644);
  }
}

/**
 * Mode 0755 whatever the umask, which is the caller's and must not become part of a layer. One after the other: of a disk that
 * refuses, Node's recursive `mkdir` says that it lacks the directory.
 */
async function makeDirectory(directory: string): Promise<void> {
  const code = await makeOne(directory);
  if (code === undefined || code === 'EEXIST') return;
  await makeDirectory(path.dirname(directory));
  await makeOne(directory);
}

/** Gives why it was not made, where that is no failure of the disk. */
async function makeOne(directory: string): Promise<'EEXIST' | 'ENOENT' | undefined> {
  try {
    await mkdir(directory);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' || code === 'ENOENT') return code;
    throw error;
  }
  await chmod(directory, 0o755);
  return undefined;
}

function unknownImage(reference: string): KarapaceError {
  return new KarapaceError('IMAGE_UNKNOWN', `There is no made-up image \`${reference}\``, {
    hint: `Use one of ${KNOWN.join(', ')}, with or without a release: \`debian/trixie\`.`,
  });
}
