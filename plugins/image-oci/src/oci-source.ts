import type { ImageSource, ResolveContext } from '@karapace/core';

import type { ImageOrigin } from './image-origin.ts';
import { isPinned, parseReference } from './image-reference.ts';
import { createLayoutOrigin } from './layout-origin.ts';
import { machineOf } from './platform.ts';
import type { RegistryAccess } from './registry-access.ts';
import { createRegistryOrigin } from './registry-origin.ts';
import { resolveImage } from './resolve-image.ts';

const SOURCE_NAME = 'oci';
/** Names of variables that a warning shows. */
const SHOWN = 8;

export interface OciSourceOptions {
  /** The project's. */
  readonly directory: string;
  readonly access: RegistryAccess;
  /** Tells people what they should know although nothing failed. */
  readonly warn: (message: string) => void;
}

export function createOciSource(options: OciSourceOptions): ImageSource {
  return {
    name: SOURCE_NAME,
    isPinned,
    async resolve(reference, context) {
      context.progress(`resolving ${reference}`);
      const origin = originOf(reference, options, context);
      const { variables, ...pinned } = await resolveImage(origin, machineOf(process.arch));
      if (variables.length > 0) options.warn(leftOut(reference, variables));
      return { reference, source: SOURCE_NAME, ...pinned };
    },
    build: (pin, directory, context) => context.unpack(pin.archives, { directory, whiteouts: 'oci' }),
    // Nothing of the machine's is used.
    doctor: async () => [],
  };
}

function originOf(
  text: string,
  { directory, access }: OciSourceOptions,
  { http }: Pick<ResolveContext, 'http'>,
): ImageOrigin {
  const reference = parseReference(text);
  return reference.kind === 'layout'
    ? createLayoutOrigin(reference, directory)
    : createRegistryOrigin(reference, { access, http });
}

function leftOut(reference: string, variables: readonly string[]): string {
  const names = variables.slice(0, SHOWN).join(', ');
  const more = variables.length > SHOWN ? ` and ${variables.length - SHOWN} more` : '';
  return `The image \`${reference}\` sets ${names}${more} for its programs. An environment takes an image's files and not its settings: what you need belongs into \`[env]\`.`;
}
