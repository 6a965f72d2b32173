import type { Karapace } from '@karapace/core';

import type { Context } from './context.ts';
import { escapeField } from './output/escape-controls.ts';
import { policyPlaces } from './policy-places.ts';
import { storeRoot } from './store-root.ts';

/** What runs environments, by the backend. It comes with the command line; a manifest may add its own. */
const BACKENDS: Readonly<Record<string, string>> = {
  namespace: '@karapace/backend-namespace',
  oci: '@karapace/backend-oci',
  'oci-crun': '@karapace/backend-oci',
  'oci-runc': '@karapace/backend-oci',
  'oci-youki': '@karapace/backend-oci',
  mock: '@karapace/backend-mock',
};

/** What they are built from. Most commands have no use for it, and each package takes a good part of their time to load. */
const SOURCES: readonly string[] = [
  ...new Set(Object.values(BACKENDS)),
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

/** The engine on the store that the person chose, for commands that show no progress. Close it. */
export async function openEngine(context: Context): Promise<Karapace> {
  const engine = await openQuietEngine(context);
  const { output } = context;
  if (!output.quiet) engine.hooks.waitStarted.tap('frontend-cli', (message) => output.note(escapeField(message)));
  return engine;
}

/** The same, for commands that show progress: nobody is told of waits but by that. Close it. */
export async function openQuietEngine(context: Context): Promise<Karapace> {
  const root = await storeRoot(context);
  const { createKarapace } = await import('@karapace/core');
  return createKarapace({
    storeRoot: root,
    plugins: [],
    backends: BACKENDS,
    sources: SOURCES,
    pluginBases: [import.meta.url],
    policies: await policyPlaces(context),
  });
}
