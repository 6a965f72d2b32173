import type { Karapace } from '@karapace/core';

import type { Context } from './context.ts';
import { escapeField } from './output/escape-controls.ts';
import { policyPlaces } from './policy-places.ts';
import { storeRoot } from './store-root.ts';

/** What comes with the command line; a manifest may add its own. */
const BUILT_IN_PLUGINS: readonly string[] = [
  '@karapace/backend-namespace',
  '@karapace/backend-oci',
  '@karapace/backend-mock',
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

/** The engine on the store that the person chose. Close it. */
export async function openEngine(context: Context): Promise<Karapace> {
  const engine = await openQuietEngine(context);
  const { output } = context;
  if (!output.quiet) engine.hooks.waitStarted.tap('frontend-cli', (message) => output.note(escapeField(message)));
  return engine;
}

/** As `openEngine`, for commands that show progress: nobody is told of waits but by that. */
export async function openQuietEngine(context: Context): Promise<Karapace> {
  const root = await storeRoot(context);
  const { createKarapace } = await import('@karapace/core');
  return createKarapace({
    storeRoot: root,
    plugins: BUILT_IN_PLUGINS,
    pluginBases: [import.meta.url],
    policies: await policyPlaces(context),
  });
}
