import type { Karapace } from '@karapace/core';

import type { Context } from './context.ts';
import { escapeField } from './output/escape-controls.ts';
import { policyPlaces } from './policy-places.ts';
import { storeRoot } from './store-root.ts';

/** What runs environments. It comes with the command line; a manifest may add its own. */
const BACKENDS: readonly string[] = ['@karapace/backend-namespace', '@karapace/backend-oci', '@karapace/backend-mock'];

/** What they are built from. Most commands have no use for it, and each package takes a good part of their time to load. */
const SOURCES: readonly string[] = [
  '@karapace/image-debootstrap',
  '@karapace/image-linuxcontainers',
  '@karapace/image-tarball',
  '@karapace/image-oci',
  '@karapace/packages-apt',
  '@karapace/packages-pacman',
  '@karapace/packages-apk',
  '@karapace/packages-dnf',
  '@karapace/packages-zypper',
];

/** The engine on the store that the person chose, for commands that build nothing. Close it. */
export async function openEngine(context: Context): Promise<Karapace> {
  return tellingOfWaits(await createEngine(BACKENDS, context), context);
}

/** For commands that only look at what the store says of its environments. Close it. */
export async function openLookingEngine(context: Context): Promise<Karapace> {
  return tellingOfWaits(await createEngine([], context), context);
}

/** With all that builds, for commands that show progress: nobody is told of waits but by that. Close it. */
export function openQuietEngine(context: Context): Promise<Karapace> {
  return createEngine([...BACKENDS, ...SOURCES], context);
}

function tellingOfWaits(engine: Karapace, { output }: Context): Karapace {
  if (!output.quiet) engine.hooks.waitStarted.tap('frontend-cli', (message) => output.note(escapeField(message)));
  return engine;
}

async function createEngine(plugins: readonly string[], context: Context): Promise<Karapace> {
  const root = await storeRoot(context);
  const { createKarapace } = await import('@karapace/core');
  return createKarapace({
    storeRoot: root,
    plugins,
    pluginBases: [import.meta.url],
    policies: await policyPlaces(context),
  });
}
