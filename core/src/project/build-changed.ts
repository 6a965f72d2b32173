import { asOfProject } from '../environment/find-environment.ts';
import { unsupported } from '../build/unsupported.ts';
import type { TakenLayer } from '../build/build-layers.ts';
import type { Scheduler } from '../build/scheduler.ts';
import { rememberLastBuild } from '../environment/build-history.ts';
import type { BuildOptions } from './build-options.ts';
import type { BuildResult } from './build-result.ts';
import type { Backend } from '../contracts/backend.ts';
import type { Ids, LayerKey } from '../contracts/ids.ts';
import type { BuiltLayer, FilesPin, LockFile } from '../contracts/lock.ts';
import type { Environment } from '../contracts/environment-store.ts';
import type { Store } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';
import { inStage } from '../in-stage.ts';
import type { Instance } from '../instance.ts';
import { printLock } from '../lock/print-lock.ts';
import { openBackend, openImageSource } from '../plugin/open-plugins.ts';
import { tellShared } from '../environment/tell-shared.ts';
import { compareWithPrevious, explainPrevious, type Successor } from '../environment/previous-environment.ts';
import type { BuildInput } from '../stages/build.ts';
import type { Project } from '../stages/init.ts';
import { lockStage } from '../stages/lock.ts';
import type { StageContext } from '../stages/stage-context.ts';
import { stepLimits } from './step-limits.ts';
import { succeedEnvironment } from './succeed-environment.ts';
import { checkLockWritable, writeProjectLock } from '../store/project-lock.ts';

export interface BuildRequest {
  readonly project: Project;
  readonly options: BuildOptions;
  readonly instance: Instance;
  readonly store: Store;
  readonly lockFile: string;
  readonly scheduler: Scheduler;
}

export interface ChangedRequest extends BuildRequest {
  readonly files: readonly FilesPin[];
  /** The lock, if there is one, is not what its file has. */
  readonly isNew: boolean;
  /** What the project's lock was. */
  readonly before: LockFile | undefined;
  /** What the environment of the lock before is called, the new one is called from now on. Default: where it is built fresh, or has no name of its own. */
  readonly takesNames?: boolean | undefined;
}

/** Resolves where there is no lock to build from, and builds what is not there. */
export async function buildChanged(known: LockFile | undefined, request: ChangedRequest): Promise<BuildResult> {
  // What takes minutes would be in vain.
  if (known === undefined || request.isNew) await checkLockWritable(request.lockFile);
  return request.store.leased(() => buildLeased(known, request));
}

async function buildLeased(known: LockFile | undefined, request: ChangedRequest): Promise<BuildResult> {
  const { instance, store, lockFile } = request;
  const { hooks } = instance;
  const previous = await explainPrevious(successorOf(request), { store, hooks });
  const input = await openTools(known, request);
  const context = contextOf(request);
  const { lock, base } = known === undefined ? await resolve(request, input, context) : { lock: known };
  const { buildStage } = await import('../stages/build.ts');
  const { layers, differences } = await inStage('build', hooks, () => buildStage(lock, { ...input, base }, context));
  const lockWritten = known === undefined || request.isNew;
  if (lockWritten) await writeProjectLock(lockFile, printLock(lock));
  const comparison = await compareWithPrevious(previous, layers, store);
  const environment = await commit(lock, layers, request);
  await rememberLastBuild(lock.env_id, keysOf(layers.filter(({ reused }) => !reused)), store.memos);
  return { environment, status: 'built', lockFile, lockWritten, layers, comparison, differences };
}

function successorOf({ project, options, before }: ChangedRequest): Successor {
  return { locked: before?.env_id, name: options.name, project: project.directory };
}

function keysOf(layers: readonly BuiltLayer[]): readonly LayerKey[] {
  return layers.map(({ key }) => key);
}

export function contextOf({ instance, store, options, scheduler, project: { directory } }: BuildRequest): StageContext {
  const { signal = new AbortController().signal, offline = false } = options;
  const images = scheduler.images(instance.plugins);
  return { hooks: instance.hooks, store, directory, scheduler, images, offline, signal };
}

async function commit(
  lock: LockFile,
  layers: readonly TakenLayer[],
  { store, instance, project, options, lockFile, before, takesNames }: ChangedRequest,
): Promise<Environment> {
  const { fresh = false, name } = options;
  // Not `find`: one that is damaged is no hindrance.
  const { environments } = await store.environments.survey();
  const found = environments.find(({ env_id }) => env_id === lock.env_id);
  if (found !== undefined) await tellShared(found, project.directory, instance.hooks);
  const environment = {
    lock,
    layers: layers.map(({ reused: _reused, ...layer }): BuiltLayer => layer),
    project: project.directory,
    names: name === undefined ? [] : [name],
    fresh,
  };
  const put = await succeedEnvironment(environment, {
    ...{ store, lockFile, hooks: instance.hooks, locked: before?.env_id },
    takesNames: takesNames ?? (fresh ? true : undefined),
  });
  return asOfProject(put, project.directory, name);
}

type Tools = Omit<BuildInput, 'base'>;

/** What resolves and builds; a lock decides which ids its trees hold. */
export async function openTools(lock: LockFile | undefined, request: BuildRequest): Promise<Tools> {
  const { project, options, instance, store } = request;
  const backend = await openBackend(instance.hooks, project.manifest.runtime.backend);
  const source = await openImageSource(instance.hooks, project);
  const ids = await chooseIds(lock, backend, request);
  const limits = await stepLimits({ intent: project.manifest, file: project.file }, { backend, instance, store });
  return { backend, source, ids, limits, check: options.check ?? false };
}

interface Resolved {
  readonly lock: LockFile;
  /** Built on the way, because packages are resolved inside it. */
  readonly base?: TakenLayer | undefined;
}

/** Asks the image source and the package manager for everything that a lock has. */
export async function resolve(request: ChangedRequest, tools: Tools, context: StageContext): Promise<Resolved> {
  const { project, files, before } = request;
  const { hooks } = context;
  const [{ resolveStage }, { buildBase }] = await Promise.all([
    import('../stages/resolve.ts'),
    import('../stages/build.ts'),
  ]);
  const { resolution, base } = await inStage('resolve', hooks, () =>
    resolveStage(
      { ...tools, manifest: project.manifest, files, buildBase: (pin) => buildBase(pin, tools, context) },
      context,
    ),
  );
  const input = { manifest: project.manifest, before };
  return { lock: await inStage('lock', hooks, async () => lockStage(resolution, input)), base };
}

/** A lock decides which ids its trees hold; without one, it is the best that this machine can do. */
async function chooseIds(
  lock: LockFile | undefined,
  backend: Backend,
  { project, instance }: BuildRequest,
): Promise<Ids> {
  const capabilities = await backend.capabilities();
  for (const message of unsupported(project.manifest, capabilities)) instance.hooks.warningGiven.call(message);
  if (lock === undefined) return capabilities.ids;
  if (lock.ids === 'single' || capabilities.ids === 'full') return lock.ids;
  throw new KarapaceError('LOCK_IDS', 'The lock was made with a range of user ids, and you have none on this machine', {
    hint: 'Run `karapace doctor`, which says how to get a subordinate id range; or resolve again: remove the lock and run `karapace build`.',
  });
}
