import type { EnvIdentity } from '../contracts/ids.ts';
import type { Environment, EnvironmentStore, NewEnvironment } from '../contracts/environment-store.ts';
import type { TreeChange, TreeStore } from '../contracts/tree-store.ts';
import { KarapaceError } from '../errors.ts';
import { environmentFiles } from './environment-files.ts';
import { changeIndex } from './environment-index.ts';
import { checkEnvironmentName } from './environment-name.ts';
import { namesOf, notItsName } from './environment-names.ts';
import { encodeEnvironmentRecord, readEnvironmentRecord, type StoredEnvironment } from './environment-record.ts';
import { openSession, whileClosed } from './environment-session.ts';
import { noEnvironment } from './environment-state-error.ts';
import { getEnvironment } from './get-environment.ts';
import { commitDestroy, commitSteps, type JournalPlace } from './journal/journal.ts';
import { keepSnapshot } from './keep-snapshot.ts';
import { makeGeneration } from './make-generation.ts';
import { planPut } from './put-environment.ts';
import { withQuietEnvironment } from './quiet-environment.ts';
import { readEnvironment } from './read-environment.ts';
import { corruptRecord } from './record-file.ts';
import { renameEnvironment } from './rename-environment.ts';
import { restoreSnapshot } from './restore-snapshot.ts';
import { readLiveSessions, removeDeadSessions } from './session-record.ts';
import { readSnapshots } from './snapshot-record.ts';
import type { StoreCore } from './store-core.ts';
import type { StoreLayout } from './store-layout.ts';
import { listEnvironments, surveyEnvironments } from './survey-environments.ts';
import { inStore } from './system-error.ts';

export function environmentStore(core: StoreCore, trees: TreeStore): EnvironmentStore {
  const { layout } = core;
  const guarded = <T>(action: () => Promise<T>): Promise<T> => inStore({ root: layout.root }, action);
  /** Reading comes after what somebody decided and could not finish. */
  const read = <T>(action: () => T): Promise<T> =>
    guarded(async () => {
      await core.settle();
      return action();
    });

  return {
    list: () => read(() => listEnvironments(layout)),
    survey: () => read(() => surveyEnvironments(layout)),
    find: (id) => read(() => readEnvironment(layout, id)),
    get: (reference) => read(() => getEnvironment(layout, reference)),
    changes: (id) => guarded(() => environmentChanges(core, trees, id)),
    snapshots: (id) => read(() => readSnapshots(layout, id)),
    put: (environment) => guarded(() => putEnvironment(core, environment)),
    removeName: (name, of) => guarded(() => core.alone((place) => removeName(place, { name, of }))),
    rename: (id, names) =>
      guarded(async () => {
        return core.alone((place) => {
          renameEnvironment(place, id, names);
          return known(layout, id);
        });
      }),
    mark: (id, mark) => guarded(() => markEnvironment(core, id, mark)),
    commit: (id, message) => guarded(() => keepSnapshot(core, trees, { id, message })),
    restore: (id, reference) =>
      guarded(async () => {
        const describe = () => known(layout, id);
        return restoreSnapshot(core, trees, { id, reference, describe });
      }),
    destroy: (id) => guarded(() => destroyEnvironment(core, id)),
    open: (id, options) => guarded(() => openSession(layout, id, options)),
    openingProgram: async (id) => {
      const { openingProgram } = await import('./opening-program.ts');
      return read(() => openingProgram(layout, id));
    },
    sessions: (id) => read(() => readLiveSessions(environmentFiles(layout.environment(id)))),
    forgetSessions: (id) => guarded(async () => removeDeadSessions(environmentFiles(layout.environment(id)))),
    closed: (id, action, options = {}) => guarded(() => whileClosed(layout, id, { ...options, action })),
  };
}

function known(layout: StoreLayout, id: EnvIdentity): Environment {
  const environment = readEnvironment(layout, id);
  if (environment === undefined) throw corruptRecord(layout.environment(id), 'it vanished');
  return environment;
}

async function environmentChanges(core: StoreCore, trees: TreeStore, id: EnvIdentity): Promise<readonly TreeChange[]> {
  for (;;) {
    await core.settle();
    const { layers, generation, lock } = present(core.layout, id);
    const { upper } = environmentFiles(core.layout.environment(id)).generation(generation);
    const lower = layers.map(({ tree }) => tree);
    const [changes] = await Promise.allSettled([trees.changes(lower, { directory: upper, ids: lock.ids })]);
    // Nobody is held up by who only looks: what was looked at may have been replaced or destroyed meanwhile.
    if (present(core.layout, id).generation !== generation) continue;
    if (changes.status === 'fulfilled') return changes.value;
    throw changes.reason;
  }
}

function present(layout: StoreLayout, id: EnvIdentity): StoredEnvironment {
  const record = readEnvironmentRecord(layout, id);
  if (record === undefined) throw noEnvironment(id);
  return record;
}

async function putEnvironment(core: StoreCore, environment: NewEnvironment): Promise<Environment> {
  const { names, fresh = false, lock } = environment;
  const id = lock.env_id;
  names.forEach(checkEnvironmentName);
  const put = async (isQuiet: boolean): Promise<Environment | undefined> => {
    const done = await core.alone(async (place) => {
      const before = readEnvironmentRecord(core.layout, id);
      // Somebody made it meanwhile, and may be in it.
      if (fresh && before !== undefined && !isQuiet) return undefined;
      const make = () => makeGeneration(core, { layers: environment.layers, ids: lock.ids });
      const steps = await planPut(place, environment, { before, makeGeneration: make });
      const discarded = commitSteps(place, 'build', steps);
      return { discarded, made: known(core.layout, id) };
    });
    for (const directory of done?.discarded ?? []) await core.remove(directory, lock.ids);
    return done?.made;
  };
  const putQuietly = () => withQuietEnvironment(core, { id, intrusion: 'change' }, () => put(true));
  for (;;) {
    const isThere = fresh && readEnvironmentRecord(core.layout, id) !== undefined;
    const made = await (isThere ? unlessGone(putQuietly) : put(false));
    if (made !== undefined) return made;
  }
}

/** Gives nothing where an environment is destroyed before it is locked. */
async function unlessGone<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof KarapaceError && error.code === 'ENVIRONMENT_NOT_FOUND') return undefined;
    throw error;
  }
}

interface NameOf {
  readonly name: string;
  readonly of: EnvIdentity;
}

function removeName(place: JournalPlace, { name, of }: NameOf): readonly string[] {
  const { layout } = place;
  const names = namesOf(layout, of);
  if (!names.includes(name)) throw notItsName(name, of);
  const remaining = names.filter((each) => each !== name);
  if (remaining.length === 0) return [];
  const indexing = changeIndex(layout, of, { removedNames: [name] });
  commitSteps(place, 'rename', [...indexing, { step: 'remove', path: `names/${name}` }]);
  return remaining;
}

type Mark = Parameters<EnvironmentStore['mark']>[1];

async function markEnvironment(core: StoreCore, id: EnvIdentity, mark: Mark): Promise<Environment> {
  return withQuietEnvironment(core, { id, intrusion: 'any' }, () =>
    core.alone((place) => {
      // What a build that needs no quiet has written by now stays.
      const text = encodeEnvironmentRecord({ ...known(core.layout, id), ...mark });
      const path = `environments/${id}/environment.json`;
      commitSteps(place, 'mark', [{ step: 'write', path, text }]);
      return known(core.layout, id);
    }),
  );
}

async function destroyEnvironment(core: StoreCore, id: EnvIdentity): Promise<void> {
  await withQuietEnvironment(core, { id, intrusion: 'any' }, async ({ lock }) => {
    const discarded = await core.alone((place) => commitDestroy(place, id));
    for (const directory of discarded) await core.remove(directory, lock.ids);
  });
}
