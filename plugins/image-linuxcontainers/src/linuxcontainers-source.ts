import type { ImageSource } from '@karapace/core';

import { checkMachine } from './check-machine.ts';
import { isPinned } from './image-reference.ts';
import { resolveImage } from './resolve-image.ts';
import type { ServerSettings } from './server-settings.ts';

const SOURCE_NAME = 'linuxcontainers';
/** Raised when the same archive must give another tree. */
const RECIPE = '1';

export function createLinuxcontainersSource(settings: ServerSettings): ImageSource {
  return {
    name: SOURCE_NAME,
    isPinned,
    async resolve(reference, context) {
      const archive = await resolveImage(reference, settings, context);
      return { reference, source: SOURCE_NAME, parameters: { recipe: RECIPE }, archives: [archive] };
    },
    build: ({ archives }, target, context) => context.unpack(archives, { directory: target, whiteouts: 'none' }),
    doctor: () => checkMachine(settings),
  };
}
