import type { ImageSource } from '@karapace/core';

import { buildRoot } from './build-root.ts';
import { checkMachine } from './check-machine.ts';
import type { DistributionName } from './distributions.ts';
import { isPinned, parseReference } from './image-reference.ts';
import { resolveImage } from './resolve-image.ts';

const SOURCE_NAME = 'debootstrap';

export interface SourceSettings {
  readonly mirrors: Readonly<Partial<Record<DistributionName, string | undefined>>>;
  readonly keyrings: Readonly<Partial<Record<DistributionName, string | undefined>>>;
}

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
