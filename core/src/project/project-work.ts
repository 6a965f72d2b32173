import type { BuildOptions } from './build-options.ts';
import { buildProject } from './build-project.ts';
import type { BuildResult } from './build-result.ts';
import type { BuildAllOptions, BuildOutcome } from './build-projects.ts';
import type { Environment } from '../contracts/environment-store.ts';
import type { EditOptions, EditResult } from './edit-project.ts';
import type { Instance } from '../instance.ts';
import type { PinOptions, PinResult } from './pin-project.ts';
import type { OutdatedOptions, OutdatedResult, UpdateOptions, UpdateResult } from './update-project.ts';

/** What can be done with a project. Where no path of a manifest is given, the nearest one is searched upward. */
export interface ProjectWork {
  /** Builds the environment that a manifest describes. */
  build(manifest: string | undefined, options: BuildOptions): Promise<BuildResult>;
  /**
   * Builds several at once, in the order given, each manifest once. They share slots, downloads and layers; what one
   * fails of does not stop the others.
   */
  buildAll(manifests: readonly string[], options: BuildAllOptions): Promise<readonly BuildOutcome[]>;
  /** Pins the image of a manifest. */
  pin(manifest: string | undefined, options: PinOptions): Promise<PinResult>;
  /** Changes which packages a manifest asks for, and locks that. */
  edit(manifest: string | undefined, options: EditOptions): Promise<EditResult>;
  /** Resolves anew, all or some packages, builds what comes out, and writes the lock. */
  update(manifest: string | undefined, options: UpdateOptions): Promise<UpdateResult>;
  /** What the lock has, and what `update` would make of it. */
  outdated(manifest: string | undefined, options: OutdatedOptions): Promise<OutdatedResult>;
  /** The environment of the project that a directory is in. */
  ofProject(directory: string): Promise<Environment>;
}

/** Each part is loaded when somebody asks for it, but a build that has nothing to do. */
export function projectWork(instance: Instance): ProjectWork {
  return {
    build: (manifest, options) => buildProject(manifest, options, instance),
    buildAll: async (manifests, options) =>
      (await import('./build-projects.ts')).buildProjects(manifests, options, instance),
    pin: async (manifest, options) => (await import('./pin-project.ts')).pinProject(manifest, options, instance),
    edit: async (manifest, options) => (await import('./edit-project.ts')).editProject(manifest, options, instance),
    update: async (manifest, options) =>
      (await import('./update-project.ts')).updateProject(manifest, options, instance),
    outdated: async (manifest, options) =>
      (await import('./update-project.ts')).outdatedProject(manifest, options, instance),
    ofProject: async (directory) =>
      (await import('./environment-of-project.ts')).environmentOfProject(directory, instance),
  };
}
