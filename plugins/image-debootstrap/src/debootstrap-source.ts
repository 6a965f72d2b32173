import type { ImageSource } from '@karapace/core';

import { buildRoot } from './build-root.ts';
import { checkMachine } from './check-machine.ts';
import { isPinned, parseReference } from './image-reference.ts';
import { resolveImage } from './resolve-image.ts';
import type { SourceSettings } from './source-settings.ts';

const SOURCE_NAME = 'debootstrap';

export function createDebootstrapSource(settings: SourceSettings): ImageSource {
  return {
    name: SOURCE_NAME,
    isPinned,
    async resolve(reference, context) {
      const pinned = await resolveImage(parseReference(reference), settings, context);
      return { reference, source: SOURCE_NAME, ...pinned };
    },
    build: buildRoot,
    doctor: checkMachine,
  };
}
