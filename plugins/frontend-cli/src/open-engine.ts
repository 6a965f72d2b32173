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
  const engine = await createEngine([], context);
  const { output } = context;
  if (!output.quiet) engine.hooks.waitStarted.tap('frontend-cli', (message) => output.note(escapeField(message)));
  return engine;
}

/** With all that builds, for commands that show progress: nobody is told of waits but by that. Close it. */
export function openQuietEngine(context: Context): Promise<Karapace> {
  return createEngine([...new Set(Object.values(BACKENDS)), ...SOURCES], context);
}

async function createEngine(plugins: readonly string[], context: Context): Promise<Karapace> {
  const root = await storeRoot(context);
  const { createKarapace } = await import('@karapace/core');
  return createKarapace({
    storeRoot: root,
    plugins,
    backends: BACKENDS,
    pluginBases: [import.meta.url],
    policies: await policyPlaces(context),
  });
}
