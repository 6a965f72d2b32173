import type { Check } from '../contracts/backend.ts';
import type { NormalizedManifest } from '../contracts/manifest.ts';
import type { Hooks } from '../plugin/hooks.ts';
import { openBackend, openImageSource } from '../plugin/open-plugins.ts';

/** Everything that the manifest's backend and image source need of this machine, checked one by one, and what other plugins would. */
export async function doctorStage(
  project: { readonly manifest: NormalizedManifest; readonly directory: string },
  hooks: Hooks,
): Promise<readonly Check[]> {
  const backend = await openBackend(hooks, project.manifest.runtime.backend);
  const source = await openImageSource(hooks, project);
  return hooks.checkMachine.promise([...(await backend.doctor()), ...(await source.doctor())]);
}
