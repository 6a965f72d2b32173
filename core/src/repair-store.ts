import type { EnvIdentity } from './contracts/ids.ts';
import type { BuiltLayer, LockFile } from './contracts/lock.ts';
import type { Store } from './contracts/store.ts';
import type { AffectedEnvironment, FailedRepair, VerifyOptions, VerifyReport } from './contracts/verify.ts';
import { KarapaceError, type ErrorCode } from './errors.ts';
import { firstFailure } from './first-failure.ts';
import type { Instance } from './instance.ts';
import { parseLock } from './lock/parse-lock.ts';
import { openBackend, openImageSource } from './plugin/open-plugins.ts';
import { stepLimits } from './project/step-limits.ts';
import { listProjectLocks, readProjectLock } from './store/project-lock.ts';
import { openRepair, type StoreRepair } from './store/repair/open-repair.ts';
import { lookAtStore, type StoreLook, type VerifyStoreOptions } from './store/verify/verify-store.ts';

/** Mending one thing can show the next: a tree that was moved away is a layer that misses it. */
const ROUNDS = 4;

export type RepairOptions = VerifyStoreOptions & Pick<VerifyOptions, 'onProgress' | 'signal'>;

/**
 * Moves away what is damaged, then makes, fetches and builds what environments still need. What it could do is in the
 * report; the rest of that is a look at the store afterwards.
 *
 * @throws KarapaceError those of `lookAtStore`, `STORE_FULL` and `STORE_UNWRITABLE`
 */
export async function repairStore(root: string, options: RepairOptions, instance: Instance): Promise<VerifyReport> {
  let look = await lookAtStore(root, options);
  if (look.found.length === 0) return look.report;
  await using repair = openRepair(root, options);
  const rebuilt = new Map<EnvIdentity, AffectedEnvironment>();
  let failed: readonly FailedRepair[] = [];
  for (let round = 1; round <= ROUNDS && look.found.length > 0; round += 1) {
    options.signal?.throwIfAborted();
    const before = describe(look);
    await repair.mend(look);
    const tried = await rebuildAll(look, { repair, options, instance });
    await repair.dressUppers();
    for (const environment of tried.rebuilt) rebuilt.set(environment.env_id, environment);
    failed = tried.failed;
    look = await lookAtStore(root, options);
    const lost = await repair.loseSnapshots(look);
    // What only they needed is in the way of nobody, and moved away in the next round.
    if (lost > 0) look = await lookAtStore(root, options);
    else if (describe(look) === before) break;
  }
  return { ...look.report, repair: { ...repair.report(), rebuilt: [...rebuilt.values()], failed } };
}

function describe({ found }: StoreLook): string {
  return JSON.stringify(found.map(({ file, problem }) => [file, problem]));
}

interface Work {
  readonly repair: StoreRepair;
  readonly options: RepairOptions;
  readonly instance: Instance;
}

interface Tried {
  readonly rebuilt: readonly AffectedEnvironment[];
  readonly failed: readonly FailedRepair[];
}

const BUILT = new Set(['object', 'tree', 'layer', 'archive', 'environment', 'lock']);

/** One that cannot be built again does not keep others from it. */
async function rebuildAll({ report }: StoreLook, work: Work): Promise<Tried> {
  const affected = new Map<EnvIdentity, AffectedEnvironment>();
  for (const { part, problem, environments } of report.findings) {
    if (!BUILT.has(part) || problem === 'unreadable' || problem === 'foreign') continue;
    for (const each of environments) affected.set(each.env_id, each);
  }
  const rebuilt: AffectedEnvironment[] = [];
  const failed: FailedRepair[] = [];
  for (const environment of affected.values()) {
    try {
      await rebuild(environment.env_id, work);
      rebuilt.push(environment);
    } catch (error) {
      work.options.signal?.throwIfAborted();
      failed.push(describeFailure(environment, error));
    }
  }
  return { rebuilt, failed };
}

/** To try again after these would rely on what a sync that failed has lost. */
const OF_THE_DISK: ReadonlySet<string> = new Set<ErrorCode>(['STORE_FULL', 'STORE_UNREADABLE', 'STORE_UNWRITABLE']);

/** What a disk refuses is no failure of one environment. */
function describeFailure(environment: AffectedEnvironment, thrown: unknown): FailedRepair {
  const error = firstFailure(thrown);
  if (!(error instanceof KarapaceError) || OF_THE_DISK.has(error.code)) throw error;
  return { environment, code: error.code, message: error.message, fix: error.hint ?? null };
}

async function rebuild(id: EnvIdentity, { repair, options, instance }: Work): Promise<void> {
  const { record, lock: own, project } = repair.records(id);
  const lock = own ?? (project === undefined ? undefined : await findLock(project, id));
  if (lock === undefined) throw noLock(id);
  if (own === undefined) await repair.rewriteLock(lock);
  const store = await instance.store(lock.intent.runtime.backend);
  await store.leased(async () => {
    const directory = project ?? '/';
    const layers = await buildAgain(lock, store, { options, instance, directory });
    if (record === undefined) await repair.rewriteEnvironment(id, layers);
    else if (!areSame(layers, record.layers))
      await store.environments.put({ lock, layers, project: record.project, names: [] });
  });
}

/** The lock of an environment's project, if it still pins the same. */
async function findLock(project: string, id: EnvIdentity): Promise<LockFile | undefined> {
  for (const file of await listProjectLocks(project)) {
    const text = await readProjectLock(file);
    // Others lie there as well, of other programs too.
    if (text === undefined || !text.includes(id)) continue;
    const lock = await parseLock(text, file);
    if (lock.env_id === id) return lock;
  }
  return undefined;
}

function areSame(left: readonly BuiltLayer[], right: readonly BuiltLayer[]): boolean {
  const treesOf = (layers: readonly BuiltLayer[]): string => layers.map(({ tree }) => tree).join(' ');
  return treesOf(left) === treesOf(right);
}

function noLock(id: EnvIdentity): KarapaceError {
  return new KarapaceError(
    'STORE_CORRUPT',
    `The lock of the environment \`${id.slice(0, 12)}\` is damaged, and so nobody knows what it was built from`,
    {
      hint: `Put the project's \`karapace.lock\` back and repair again, or save what you need from \`environments/${id}/gen-*/upper\` of the store.`,
    },
  );
}

/** Everything that a lock pins: archives are fetched, layers are built, where they are not there. */
async function buildAgain(
  lock: LockFile,
  store: Store,
  { options, instance, directory }: Pick<Work, 'options' | 'instance'> & { readonly directory: string },
): Promise<readonly BuiltLayer[]> {
  const { hooks } = instance;
  const signal = options.signal ?? new AbortController().signal;
  await instance.addPlugins([], directory);
  const [backend, source] = [
    await openBackend(hooks, lock.intent.runtime.backend),
    await openImageSource(hooks, { manifest: lock.intent, directory }),
  ];
  const [{ buildStage }, { openScheduler }] = await Promise.all([
    import('./stages/build.ts'),
    import('./build/scheduler.ts'),
  ]);
  await using scheduler = openScheduler({ offline: false, hooks });
  const { archives } = store;
  await scheduler.fetcher.fetch([...lock.base.archives, ...lock.packages], { archives, hooks, directory, signal });
  const limits = await stepLimits({ intent: lock.intent, file: directory }, { backend, instance, store });
  const input = { backend, source, ids: lock.ids, check: false, limits };
  const images = scheduler.images(instance.plugins);
  const context = { hooks, store, directory, scheduler, images, offline: false, signal };
  const { layers } = await buildStage(lock, input, context);
  return layers.map(({ reused: _reused, ...layer }) => layer);
}
