import type { Backend } from '../contracts/backend.ts';
import type { Ids } from '../contracts/ids.ts';
import type { ImageSource } from '../contracts/image-source.ts';
import type { BuiltLayer, FilesPin, ImagePin, PackagePin, Resolution } from '../contracts/lock.ts';
import type { NormalizedManifest } from '../contracts/manifest.ts';
import type { ResolveContext } from '../contracts/tool-context.ts';
import { KarapaceError } from '../errors.ts';
import { openPackageManager } from '../plugin/open-plugins.ts';
import { keepArchive } from '../build/fetch-archive.ts';
import { openHttpClient } from '../build/http-client.ts';
import { inSlot } from '../build/in-slot.ts';
import type { TakenLayer } from '../build/build-layers.ts';
import { runTool } from '../build/run-tool.ts';
import type { StageContext } from './stage-context.ts';

/** What runs the programs that resolve. */
interface ResolveTools {
  readonly backend: Backend;
  readonly ids: Ids;
}

export interface ResolveInput extends ResolveTools {
  readonly manifest: NormalizedManifest;
  readonly files: readonly FilesPin[];
  readonly source: ImageSource;
  /** Builds a pinned base, because packages are resolved inside it. */
  readonly buildBase: (pin: ImagePin) => Promise<TakenLayer>;
}

export interface Resolved {
  readonly resolution: Resolution;
  /** Built on the way. */
  readonly base: TakenLayer;
}

/** Pins the base image and the whole package closure. */
export async function resolveStage(input: ResolveInput, context: StageContext): Promise<Resolved> {
  const { files, ids } = input;
  const pin = await pinImage(input, context);
  const base = await input.buildBase(pin);
  const packages = await resolvePackages(input, base, context);
  return { resolution: { base: { ...pin, tree: base.tree }, packages, files, ids }, base };
}

/** Whoever asks for the same image at the same time gets the same answer. */
async function pinImage(input: ResolveInput, context: StageContext): Promise<ImagePin> {
  const { manifest, source, backend, ids } = input;
  const reference = manifest.base.image;
  const key = JSON.stringify([source.name, backend.name, ids, reference, isPath(reference) ? context.directory : '']);
  const pin = (signal: AbortSignal) =>
    withScratch(input, { ...context, signal }, (tools) => source.resolve(reference, tools));
  return (await context.images.get(key, pin, context.signal)).value;
}

/** It may mean something else for another project: `./x.tar`, `oci:x`; `https://x` does not. */
function isPath(reference: string): boolean {
  return /^[./~]/.test(reference) || /:(?!\/\/)/.test(reference);
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

export interface UpgradeInput extends ResolveTools {
  /** Of the image, for messages. */
  readonly reference: string;
  /** The base and the packages, bottom first. */
  readonly layers: readonly BuiltLayer[];
  /** What is installed and is to be brought up to date, as `UpgradeRequest` has it. */
  readonly packages: readonly string[];
}

/**
 * Pins what changes when some of the packages that are installed are brought up to date.
 *
 * @throws KarapaceError `BACKEND_UNSUPPORTED` where the image's tool does not do that
 */
export async function upgradeStage(input: UpgradeInput, context: StageContext): Promise<readonly PackagePin[]> {
  const { layers, reference, packages, ids } = input;
  const { trees } = context.store;
  const [base] = layers;
  if (base === undefined) throw new TypeError('What is installed has a base');
  const manager = await openPackageManager(context.hooks, await trees.names(base.tree), reference);
  const upgrade = manager.upgrade?.bind(manager);
  if (upgrade === undefined) throw onlyAsAWhole(manager.name);
  const lower = await Promise.all(layers.toReversed().map(({ tree }) => trees.checkout(tree, ids)));
  return withScratch(input, context, (tools) => upgrade({ packages, lower }, tools));
}

function onlyAsAWhole(manager: string): KarapaceError {
  return new KarapaceError('BACKEND_UNSUPPORTED', `With \`${manager}\`, packages are updated only as a whole`, {
    hint: 'Run `karapace update` without naming packages.',
  });
}

/** Runs an action that resolves something in a slot of its own. */
function withScratch<T>(
  input: ResolveTools,
  context: StageContext,
  action: (tools: ResolveContext) => Promise<T>,
): Promise<T> {
  const { scheduler, signal } = context;
  return inSlot(scheduler.slots.cpu, signal, () => withTools(input, context, action));
}

/** Gives an action the tools of a resolution: sandboxes with network, a scratch directory, shared caches. */
async function withTools<T>(
  { backend, ids }: ResolveTools,
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
    run: (run) => runTool(run, { backend, ids, offline, signal, onLine, purpose: 'Resolving the manifest' }),
    cache: (name) => store.cache(name),
    exclusive: (name, task) =>
      store.exclusive(name, task, {
        signal,
        onWait: (holder) => hooks.waitStarted.call(`waiting for ${holder}, which resolves the same`),
      }),
  });
}
