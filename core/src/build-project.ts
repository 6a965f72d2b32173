import path from 'node:path';

import type { LayerDifference } from './build/check-layers.ts';
import { unsupported } from './build/unsupported.ts';
import { rememberLastBuild } from './build-history.ts';
import { checkPinned } from './check-pinned.ts';
import type { Backend } from './contracts/backend.ts';
import type { BuildComparison } from './contracts/explanation.ts';
import type { EnvIdentity, Ids, LayerKey } from './contracts/ids.ts';
import type { BuiltLayer, FilesPin, LockFile } from './contracts/lock.ts';
import type { Environment, Store } from './contracts/store.ts';
import { KarapaceError } from './errors.ts';
import { DEFAULT_BACKEND, type Instance } from './instance.ts';
import { loadProject } from './load-project.ts';
import { parseLock } from './lock/parse-lock.ts';
import { printLock } from './lock/print-lock.ts';
import type { StageName } from './plugin/hooks.ts';
import { locateManifest } from './plugin/load-config.ts';
import { openBackend, openImageSource } from './plugin/open-plugins.ts';
import { compareWithPrevious, explainPrevious, type Successor } from './previous-environment.ts';
import { recallBuild, rememberBuild, type ProjectFiles } from './recall-build.ts';
import type { BuildInput } from './stages/build.ts';
import type { Project } from './stages/init.ts';
import { chooseLock, lockStage } from './stages/lock.ts';
import type { StageContext } from './stages/stage-context.ts';
import { readProjectLock, writeProjectLock } from './store/project-lock.ts';

export interface BuildOptions {
  /** The caller's directory: where the search for a manifest starts. */
  readonly directory: string;
  readonly name?: string | undefined;
  /** Never resolve again; `if-present` means that only where there is a lock. Default false. */
  readonly locked?: boolean | 'if-present' | undefined;
  /** Open no socket. Default false. */
  readonly offline?: boolean | undefined;
  readonly requirePinnedImage?: boolean | undefined;
  /** Begin a new generation: what was changed in the environment since its build is gone. Default false. */
  readonly fresh?: boolean | undefined;
  /** Build everything a second time and compare the bytes. */
  readonly check?: boolean | undefined;
  /** Layers built at once. Default 2. */
  readonly jobs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface BuildResult {
  readonly environment: Environment;
  readonly status: 'built' | 'unchanged';
  readonly lockFile: string;
  readonly lockWritten: boolean;
  readonly layers: readonly (BuiltLayer & { readonly reused: boolean })[];
  /** Since the build before; `undefined` where nothing was done, or where there was none. */
  readonly comparison: BuildComparison | undefined;
  /** Empty unless `check` was asked for and something differed. */
  readonly differences: readonly LayerDifference[];
}

const DEFAULT_JOBS = 2;

/** The flow from a manifest to an environment: init, resolve, lock, build; nothing of it where nothing changed. */
export async function buildProject(
  manifest: string | undefined,
  options: BuildOptions,
  instance: Instance,
): Promise<BuildResult> {
  const file = await locateManifest(manifest, options.directory);
  const files = { manifest: file, lock: lockFileOf(file) };
  const isSimple = options.check !== true && options.requirePinnedImage !== true && options.fresh !== true;
  const recalled = isSimple ? await recall(files, options, instance) : undefined;
  if (recalled !== undefined) return recalled;
  const project = await stage('init', instance, () => loadProject(file, instance));
  const store = await instance.store(project.manifest.runtime.backend);
  const result = await buildLoaded({ project, options, instance, store, lockFile: files.lock });
  if (project.isPlain) await rememberBuild(files, result.environment.env_id, store);
  return result;
}

async function recall(
  files: ProjectFiles,
  options: BuildOptions,
  instance: Instance,
): Promise<BuildResult | undefined> {
  const store = await instance.store(DEFAULT_BACKEND);
  const identity = await recallBuild(files, store);
  if (identity === undefined) return undefined;
  return findBuilt(identity, { directory: path.dirname(files.manifest), options, store, lockFile: files.lock });
}

async function buildLoaded(request: Request): Promise<BuildResult> {
  const { project, options, instance, lockFile } = request;
  if (options.requirePinnedImage === true) checkPinned(await openImageSource(instance.hooks, project), project);
  const found = await readLock(lockFile, options);
  const files = await pinFiles(project);
  const lock = chooseLock({ manifest: project.manifest, files, lockFile, ...found });
  const isNew = lock?.env_id !== found.lock?.env_id;
  const changed = { ...request, files, isNew, before: found.lock };
  if (lock === undefined || isNew || options.check === true || options.fresh === true) {
    return buildChanged(lock, changed);
  }
  const unchanged = await findBuilt(lock.env_id, { ...request, directory: project.directory });
  return unchanged ?? buildChanged(lock, changed);
}

async function pinFiles({ directory, manifest }: Project): Promise<readonly FilesPin[]> {
  if (manifest.files.length === 0) return [];
  const { readProjectFiles } = await import('./store/files/read-project-files.ts');
  return Promise.all(manifest.files.map(async (request) => (await readProjectFiles(directory, request)).pin));
}

interface Request {
  readonly project: Project;
  readonly options: BuildOptions;
  readonly instance: Instance;
  readonly store: Store;
  readonly lockFile: string;
}

interface ChangedRequest extends Request {
  readonly files: readonly FilesPin[];
  /** The lock, if there is one, is not what its file has. */
  readonly isNew: boolean;
  /** What the project's lock was. */
  readonly before: LockFile | undefined;
}

/** `karapace.toml` and `karapace.config.ts` lock to `karapace.lock`, another manifest to its own name. */
function lockFileOf(manifest: string): string {
  const { dir, base, name } = path.parse(manifest);
  const isDefault = base === 'package.json' || base.startsWith('karapace.');
  return path.join(dir, isDefault ? 'karapace.lock' : `${name}.lock`);
}

async function readLock(file: string, { locked = false }: BuildOptions) {
  const text = await readProjectLock(file);
  const lock = text === undefined ? undefined : await parseLock(text, file);
  return { lock, locked: locked === 'if-present' ? lock !== undefined : locked };
}

interface Wanted {
  readonly directory: string;
  readonly options: BuildOptions;
  readonly store: Store;
  readonly lockFile: string;
}

/** An environment whose layers are all here needs no work but, perhaps, its name. */
async function findBuilt(
  identity: EnvIdentity,
  { directory, options, store, lockFile }: Wanted,
): Promise<BuildResult | undefined> {
  const found = await store.environments.find(identity);
  if (found === undefined) return undefined;
  if (!(await hasLayers(found, store))) return undefined;
  const { name } = options;
  const isNamed = name === undefined || found.names.includes(name);
  const environment =
    isNamed && found.project === directory ? found : await renew(found, { directory, options, store });
  if (environment === undefined) return undefined;
  const layers = found.layers.map((layer) => ({ ...layer, reused: true }));
  const nothing = { lockWritten: false, comparison: undefined, differences: [] };
  return { environment, status: 'unchanged', lockFile, layers, ...nothing };
}

async function hasLayers({ layers }: Environment, store: Store): Promise<boolean> {
  const found = await Promise.all(layers.map(({ key }) => store.layers.find(key)));
  return !found.includes(undefined);
}

/** What is found under a lease stays. */
async function hasArchives({ base, packages }: LockFile, { archives }: Store): Promise<boolean> {
  const found = await Promise.all([...base.archives, ...packages].map((each) => archives.has(each)));
  return !found.includes(false);
}

/** The environment may be collected meanwhile, and its layers: under the lease what is found stays. */
function renew(
  { lock, layers, ...found }: Environment,
  { directory, options, store }: Pick<Wanted, 'directory' | 'options' | 'store'>,
): Promise<Environment | undefined> {
  return store.leased(async () => {
    if (!(await hasArchives(lock, store))) return undefined;
    if (!(await hasLayers({ lock, layers, ...found }, store))) return undefined;
    return store.environments.put({ lock, layers, project: directory, names: namesIn(options) });
  });
}

function buildChanged(known: LockFile | undefined, request: ChangedRequest): Promise<BuildResult> {
  return request.store.leased(() => buildLeased(known, request));
}

async function buildLeased(known: LockFile | undefined, request: ChangedRequest): Promise<BuildResult> {
  const { project, options, instance, store, lockFile } = request;
  const { manifest } = project;
  const previous = await explainPrevious(successorOf(request), { store, hooks: instance.hooks });
  const [backend, source] = [
    await openBackend(instance.hooks, manifest.runtime.backend),
    await openImageSource(instance.hooks, project),
  ];
  const ids = await chooseIds(known, backend, request);
  const context = contextOf(request);
  const { jobs = DEFAULT_JOBS, check = false } = options;
  const input = { backend, source, ids, jobs, check };
  const { lock, base } = known === undefined ? await resolve(request, input, context) : { lock: known };
  const { buildStage } = await import('./stages/build.ts');
  const { layers, differences } = await stage('build', instance, () => buildStage(lock, { ...input, base }, context));
  const lockWritten = known === undefined || request.isNew;
  if (lockWritten) await writeProjectLock(lockFile, printLock(lock));
  const comparison = await compareWithPrevious(previous, layers, store);
  const environment = await commit(lock, layers, request);
  const marked = layers.map((layer) => ({ ...layer, reused: !instance.builtLayers.has(layer.key) }));
  await rememberLastBuild(lock.env_id, keysOf(marked.filter(({ reused }) => !reused)), store.memos);
  return { environment, status: 'built', lockFile, lockWritten, layers: marked, comparison, differences };
}

function successorOf({ project, options, before }: ChangedRequest): Successor {
  return { locked: before?.env_id, name: options.name, project: project.directory };
}

function keysOf(layers: readonly BuiltLayer[]): readonly LayerKey[] {
  return layers.map(({ key }) => key);
}

function contextOf({ instance, store, options, project: { directory } }: Request): StageContext {
  const signal = options.signal ?? new AbortController().signal;
  return { hooks: instance.hooks, store, directory, offline: options.offline ?? false, signal };
}

async function commit(
  lock: LockFile,
  layers: readonly BuiltLayer[],
  { store, project, options, before }: ChangedRequest,
): Promise<Environment> {
  const { fresh = false } = options;
  const replaces = fresh ? before?.env_id : undefined;
  return store.environments.put({ lock, layers, project: project.directory, names: namesIn(options), fresh, replaces });
}

function namesIn({ name }: BuildOptions): readonly string[] {
  return name === undefined ? [] : [name];
}

type Tools = Omit<BuildInput, 'base'>;

interface Resolved {
  readonly lock: LockFile;
  /** Built on the way, because packages are resolved inside it. */
  readonly base?: BuiltLayer | undefined;
}

async function resolve(
  { project, files, instance, before }: ChangedRequest,
  tools: Tools,
  context: StageContext,
): Promise<Resolved> {
  const [{ resolveStage }, { buildBase }] = await Promise.all([
    import('./stages/resolve.ts'),
    import('./stages/build.ts'),
  ]);
  const { resolution, base } = await stage('resolve', instance, () =>
    resolveStage(
      { ...tools, manifest: project.manifest, files, buildBase: (pin) => buildBase(pin, tools, context) },
      context,
    ),
  );
  return {
    lock: await stage('lock', instance, async () => lockStage(resolution, { manifest: project.manifest, before })),
    base,
  };
}

/** A lock decides which ids its trees hold; without one, it is the best that this machine can do. */
async function chooseIds(lock: LockFile | undefined, backend: Backend, { project, instance }: Request): Promise<Ids> {
  const capabilities = await backend.capabilities();
  for (const message of unsupported(project.manifest, capabilities)) instance.hooks.warningGiven.call(message);
  if (lock === undefined) return capabilities.ids;
  if (lock.ids === 'single' || capabilities.ids === 'full') return lock.ids;
  throw new KarapaceError('LOCK_IDS', 'The lock was made with a range of user ids, and you have none on this machine', {
    hint: 'Run `karapace doctor`, which says how to get a subordinate id range; or resolve again: remove the lock and run `karapace build`.',
  });
}

async function stage<T>(name: StageName, { hooks }: Instance, action: () => Promise<T>): Promise<T> {
  hooks.stageStarted.call(name);
  const result = await action();
  hooks.stageFinished.call(name);
  return result;
}
