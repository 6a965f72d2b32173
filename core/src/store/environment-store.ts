import fs from 'node:fs';
import path from 'node:path';

import type { EnvIdentity } from '../contracts/ids.ts';
import type { EnvironmentStore } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';
import { commitEnvironment } from './commit-environment.ts';
import { checkEnvironmentName } from './environment-name.ts';
import { environmentFiles, readEnvironmentRecord } from './environment-record.ts';
import { readNames, removeNames } from './environment-names.ts';
import { lockEnvironment, openSession } from './environment-session.ts';
import { withFileLock } from './exclusive.ts';
import { getEnvironment } from './get-environment.ts';
import { listEnvironments, readEnvironment } from './read-environment.ts';
import { corruptRecord } from './record-file.ts';
import type { StoreCore } from './store-core.ts';
import type { StoreLayout } from './store-layout.ts';
import { inStore } from './system-error.ts';
import { syncDirectory } from './sync-disk.ts';
import { uniqueName } from './unique-name.ts';

export function environmentStore(core: StoreCore): EnvironmentStore {
  const { layout } = core;
  const guarded = <T>(action: () => Promise<T>): Promise<T> => inStore({ root: layout.root }, action);
  /** The one writer lock: held for the time of a commit or a removal, never for that of a build. Its file stays. */
  const alone = <T>(action: () => Promise<T>): Promise<T> =>
    withFileLock(path.join(layout.directory('locks'), '.environments'), action);

  return {
    list: () => guarded(async () => listEnvironments(layout)),
    find: (id) => guarded(async () => readEnvironment(layout, id)),
    get: (reference) => guarded(async () => getEnvironment(layout, reference)),
    commit: (environment) =>
      guarded(async () => {
        if (environment.name !== undefined) checkEnvironmentName(environment.name);
        const staging = await core.staging();
        const id = await alone(async () => commitEnvironment(layout, environment, staging));
        return readEnvironment(layout, id) ?? missing(layout.environment(id));
      }),
    removeName: (name, of) => guarded(() => removeName(core, { name, of }, alone)),
    destroy: (id) => guarded(() => destroyEnvironment(core, id, alone)),
    open: (id) => guarded(() => openSession(layout, id)),
  };
}

type Alone = <T>(action: () => Promise<T>) => Promise<T>;

interface NameOf {
  readonly name: string;
  readonly of: EnvIdentity;
}

async function removeName(core: StoreCore, { name, of }: NameOf, alone: Alone): Promise<readonly string[]> {
  const { layout } = core;
  await core.prepare();
  return alone(async () => {
    const names = namesOf(layout, of);
    if (!names.includes(name)) throw notItsName(name, of);
    const remaining = names.filter((each) => each !== name);
    if (remaining.length > 0) removeNames(layout, [name]);
    return remaining;
  });
}

function namesOf(layout: StoreLayout, id: EnvIdentity): readonly string[] {
  return [...readNames(layout)].filter(([, target]) => target === id).map(([name]) => name);
}

function notItsName(name: string, id: EnvIdentity): KarapaceError {
  const message = `The name \`${name}\` does not mean the environment \`${id.slice(0, 12)}\` any more`;
  return new KarapaceError('ENVIRONMENT_NOT_FOUND', message, { hint: 'See `karapace list`.' });
}

/** Needs no free space, and takes away in the reverse order of a commit: a name never means nothing. */
async function destroyEnvironment(core: StoreCore, id: EnvIdentity, alone: Alone): Promise<void> {
  const { layout } = core;
  await core.prepare();
  const lock = await lockEnvironment(layout, id);
  const removed = path.join(layout.directory('tmp'), `environment-${uniqueName()}`);
  try {
    const record = readEnvironmentRecord(layout, id) ?? missing(layout.environment(id));
    await alone(async () => {
      removeNames(layout, namesOf(layout, id));
      fs.renameSync(layout.environment(id), removed);
      syncDirectory(layout.directory('environments'));
    });
    await core.remove(removed, record.lock.ids);
  } finally {
    lock.close();
  }
}

function missing(directory: string): never {
  throw corruptRecord(environmentFiles(directory).metadata, 'it vanished');
}
