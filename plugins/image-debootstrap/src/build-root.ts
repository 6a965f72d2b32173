import { archiveFileName } from '@karapace/apt';
import { KarapaceError, outputTail, type BuildContext, type ImagePin } from '@karapace/core';

import { BUILD_SCRIPT } from './build-script.ts';
import { checkTools } from './tool-missing.ts';

/**
 * Free memory that a bootstrap in memory must leave room in: about four times what an image takes.
 * In memory it takes half the time, because dpkg waits for the disk after every package.
 */
const ENOUGH_MEMORY = 1.5 * 2 ** 30;

/**
 * Bootstraps the pinned archives into the directory, without network.
 *
 * @throws KarapaceError `BUILD_FAILED`, `TOOL_MISSING`
 */
export async function buildRoot(pin: ImagePin, directory: string, context: BuildContext): Promise<void> {
  const files = pin.archives.map((archive) => ({ archive, name: archiveFileName(archive) }));
  const { suite = '', sources = '', keyring = '' } = pin.parameters;
  const place = process.availableMemory() > ENOUGH_MEMORY ? '/tmp/image' : '/image';
  const result = await context.run({
    root: { kind: 'tools' },
    command: ['sh', '-euc', BUILD_SCRIPT, 'sh', suite, place],
    mounts: [
      { source: await context.archives(files), target: '/archives', readOnly: true },
      { source: directory, target: '/image', readOnly: false },
    ],
    environment: { IDS: context.ids, SOURCES: sources, KEYRING: keyring },
    stdin: files.map(({ name, archive }) => `${name} ${archive.sha256} ${archive.size}\n`).join(''),
  });
  if (result.code === 0) return;
  checkTools(result);
  throw new KarapaceError('BUILD_FAILED', `mmdebstrap could not build \`${pin.reference}\``, {
    hint: 'Read the end of its output; run again with `--verbose` to see all of it.',
    cause: outputTail(`${result.stdout}\n${result.stderr}`),
  });
}
