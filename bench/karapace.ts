import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { karapace } from '../scripts/setup/workspace.js';

/** A project and a store of the benchmark's own. */
export interface KarapaceBench {
  readonly manifest: string;
  readonly lock: string;
  readonly store: string;
  /** The command line of a verb on that store. */
  command(...args: readonly string[]): readonly string[];
}

export async function openKarapace(directory: string, manifest: string): Promise<KarapaceBench> {
  const project = join(directory, 'project');
  const store = join(directory, 'store');
  await mkdir(project, { recursive: true });
  await copyFile(new URL(manifest, import.meta.url), join(project, 'karapace.toml'));
  return {
    manifest: join(project, 'karapace.toml'),
    lock: join(project, 'karapace.lock'),
    store,
    command: (...args) => karapace('--store', store, '--quiet', ...args),
  };
}
