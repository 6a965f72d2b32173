import type { Instance } from '../instance.ts';
import { packageName } from '../packages/package-names.ts';
import type { LoadedConfig } from '../plugin/load-config.ts';
import { loadProjectOf } from './load-project.ts';
import type { Bringers } from './plan-edit.ts';

/**
 * Finds which of a manifest's plugins asks for packages that the manifest does not ask for: the first with which, and with those before
 * it, the package is there.
 *
 * @throws KarapaceError of plugins that cannot be loaded
 */
export async function findBringers(
  config: LoadedConfig,
  names: readonly string[],
  instance: Instance,
): Promise<Bringers> {
  const bringers = new Map<string, string>();
  if (names.length === 0) return bringers;
  for (const [index, plugin] of config.plugins.entries()) {
    await using alone = instance.fork();
    const { manifest } = await loadProjectOf({ ...config, plugins: config.plugins.slice(0, index + 1) }, alone);
    const asked = [...manifest.system.packages, ...manifest.gui.apps].map(packageName);
    for (const name of names)
      if (!bringers.has(name) && asked.includes(packageName(name))) bringers.set(name, String(plugin));
  }
  return bringers;
}
