import type { Backend } from '../contracts/backend.ts';
import type { Ids } from '../contracts/ids.ts';
import type { ImageSource } from '../contracts/image-source.ts';
import type { BuiltLayer, FilesPin, ImagePin, PackagePin, Resolution } from '../contracts/lock.ts';
import type { NormalizedManifest } from '../contracts/manifest.ts';
import type { ResolveContext } from '../contracts/tool-context.ts';
import { openPackageManager } from '../plugin/open-plugins.ts';
import { keepArchive } from '../build/fetch-archive.ts';
import { openHttpClient } from '../build/http-client.ts';
import { runTool } from '../build/run-tool.ts';
import type { StageContext } from './stage-context.ts';

export interface ResolveInput {
  readonly manifest: NormalizedManifest;
  readonly files: readonly FilesPin[];
  readonly backend: Backend;
  readonly source: ImageSource;
  readonly ids: Ids;
  /** Builds a pinned base, because packages are resolved inside it. */
  readonly buildBase: (pin: ImagePin) => Promise<BuiltLayer>;
}

export interface Resolved {
  readonly resolution: Resolution;
  /** Built on the way. */
  readonly base: BuiltLayer;
}

/** Pins the base image and the whole package closure. */
export async function resolveStage(input: ResolveInput, context: StageContext): Promise<Resolved> {
  const { manifest, files, source, ids } = input;
  const pin = await withScratch(input, context, (tools) => source.resolve(manifest.base.image, tools));
  const base = await input.buildBase(pin);
  const packages = await resolvePackages(input, base, context);
  return { resolution: { base: { ...pin, tree: base.tree }, packages, files, ids }, base };
}

async function resolvePackages(
  input: ResolveInput,
  base: BuiltLayer,
  context: StageContext,
): Promise<readonly PackagePin[]> {
  const { manifest, ids } = input;
  const [system, gui] = [manifest.system.packages, manifest.gui.apps];
  if (system.length === 0 && gui.length === 0) return [];
  const { trees } = context.store;
  const manager = await openPackageManager(context.hooks, await trees.names(base.tree), manifest.base.image);
  const lower = [await trees.checkout(base.tree, ids)];
  return withScratch(input, context, (tools) => manager.resolve({ system, gui, lower }, tools));
}

/** Gives an action the tools of a resolution: sandboxes with network, a scratch directory, shared caches. */
async function withScratch<T>(
  { backend, ids }: ResolveInput,
  { hooks, store, offline, signal }: StageContext,
  action: (tools: ResolveContext) => Promise<T>,
): Promise<T> {
  await using scratch = await store.scratch(ids);
  await using http = openHttpClient({ offline, signal });
  const progress = (message: string): void => hooks.progressMade.call(message);
  const onLine = (line: string): void => hooks.outputPrinted.call(line);
  return await action({
    ids,
    signal,
    progress,
    scratch: scratch.directory,
    http,
    keep: (archive, content) => keepArchive(archive, content, { archives: store.archives, http, signal }),
    run: (run) => runTool(run, { backend, ids, offline, signal, onLine }),
    cache: (name) => store.cache(name),
    exclusive: (name, task) =>
      store.exclusive(name, task, {
        signal,
        onWait: (holder) => hooks.waitStarted.call(`waiting for ${holder}, which resolves the same`),
      }),
  });
}
