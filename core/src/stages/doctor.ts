import type { Check } from '../contracts/backend.ts';
import type { NormalizedManifest } from '../contracts/manifest.ts';
import type { Hooks } from '../plugin/hooks.ts';
import { openBackend, openImageSource } from '../plugin/open-plugins.ts';

/** Everything that the manifest's backend and image source need of this machine, checked one by one. */
export async function doctorStage(manifest: NormalizedManifest, hooks: Hooks): Promise<readonly Check[]> {
  const backend = await openBackend(hooks, manifest.runtime.backend);
  const source = await openImageSource(hooks, manifest);
  return [...(await backend.doctor()), ...(await source.doctor())];
}
