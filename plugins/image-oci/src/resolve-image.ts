import type { ImagePin } from '@karapace/core';

import { findImage } from './find-image.ts';
import type { ImageOrigin } from './image-origin.ts';
import type { Machine } from './platform.ts';
import { printPlatform } from './platform.ts';

export interface ResolvedImage extends Pick<ImagePin, 'parameters' | 'archives'> {
  /** Names of variables that the image sets for programs that run in it. */
  readonly variables: readonly string[];
}

/** Pins the layers of the image for this machine. */
export async function resolveImage(origin: ImageOrigin, machine: Machine): Promise<ResolvedImage> {
  const { digest, layers, config } = await findImage(origin, machine);
  const { architecture } = config.platform;
  // A lock sorts its archives by name and version: the numbers keep their order.
  const archives = await Promise.all(
    layers.map((layer, index) =>
      origin.pin(layer, { name: 'layer', version: String(index + 1).padStart(3, '0'), arch: architecture }),
    ),
  );
  return {
    parameters: { digest, platform: printPlatform(config.platform) },
    archives,
    variables: config.environment.flatMap(nameOf),
  };
}

/** `PATH` is what most images have alone, with the usual directories. */
function nameOf(variable: string): readonly string[] {
  if (/^PATH=(?:(?:\/usr(?:\/local)?)?\/s?bin(?::|$))+$/u.test(variable)) return [];
  const [, name] = /^([A-Za-z_]\w{0,63})=/u.exec(variable) ?? [];
  return name === undefined ? [] : [name];
}
