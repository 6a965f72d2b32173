import { openScheduler } from '../build/scheduler.ts';
import { buildFile } from './build-file.ts';
import { recallProject } from './build-project.ts';
import type { BuildOptions } from './build-options.ts';
import type { BuildResult } from './build-result.ts';
import type { Instance } from '../instance.ts';
import { locateManifest } from '../plugin/locate-manifest.ts';

export type BuildAllOptions = Omit<BuildOptions, 'name'>;

/** What became of one of several manifests. */
export type BuildOutcome =
  | { readonly manifest: string; readonly result: BuildResult }
  | { readonly manifest: string; readonly error: unknown };

/** Projects that are worked on at once: each keeps a few files open. */
const MOST_PROJECTS = 16;

/** Builds several manifests, each once, however often it is named. */
export async function buildProjects(
  manifests: readonly string[],
  options: BuildAllOptions,
  instance: Instance,
): Promise<readonly BuildOutcome[]> {
  const { jobs, offline = false, directory } = options;
  const { default: Queue } = await import('p-queue');
  const projects = new Queue({ concurrency: MOST_PROJECTS });
  const started = new Map<string, Promise<BuildOutcome>>();
  // Until all are done: what one has begun may be what another waits for.
  await using forks = new AsyncDisposableStack();
  await using scheduler = openScheduler({ jobs, offline, hooks: instance.hooks });

  async function build(file: string): Promise<BuildResult> {
    const recalled = await recallProject(file, options, instance);
    if (recalled !== undefined) return recalled;
    return buildFile(file, options, { instance: forks.use(instance.fork()), scheduler });
  }

  async function start(manifest: string): Promise<BuildOutcome> {
    try {
      const file = await locateManifest(manifest, directory);
      const building = started.get(file) ?? projects.add(() => outcomeOf(manifest, () => build(file)));
      started.set(file, building);
      return await building;
    } catch (error) {
      return { manifest, error };
    }
  }

  const outcomes = await Promise.all(manifests.map(start));
  return [...new Set(outcomes)];
}

async function outcomeOf(manifest: string, build: () => Promise<BuildResult>): Promise<BuildOutcome> {
  try {
    return { manifest, result: await build() };
  } catch (error) {
    return { manifest, error };
  }
}
