import path from 'node:path';

/** `karapace.toml` and `karapace.config.ts` lock to `karapace.lock`, another manifest to its own name. */
export function lockFileOf(manifest: string): string {
  const { dir, base, name } = path.parse(manifest);
  const isDefault = base === 'package.json' || base.startsWith('karapace.');
  return path.join(dir, isDefault ? 'karapace.lock' : `${name}.lock`);
}
