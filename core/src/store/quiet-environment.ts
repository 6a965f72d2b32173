import type { EnvIdentity } from '../contracts/ids.ts';
import { readEnvironmentRecord, type StoredEnvironment } from './environment-record.ts';
import { lockEnvironment } from './environment-session.ts';
import { archivedError, frozenError } from './environment-state-error.ts';
import { noteHolder } from './file-lock.ts';
import { corruptRecord } from './record-file.ts';
import type { StoreCore } from './store-core.ts';

/** What an operation means to do to an environment, for its states to allow it. */
export type Intrusion = 'change' | 'read' | 'any';

/**
 * Runs an action on an environment while no session lives in it.
 *
 * @throws KarapaceError `ENVIRONMENT_BUSY`, `ENVIRONMENT_FROZEN`, `ENVIRONMENT_ARCHIVED`, `ENVIRONMENT_NOT_FOUND`
 */
export async function withQuietEnvironment<T>(
  core: StoreCore,
  { id, intrusion }: { readonly id: EnvIdentity; readonly intrusion: Intrusion },
  action: (record: StoredEnvironment) => Promise<T>,
): Promise<T> {
  const { layout } = core;
  await core.prepare();
  const lock = await lockEnvironment(layout, id);
  try {
    noteHolder(lock);
    const record = readEnvironmentRecord(layout, id);
    if (record === undefined) throw corruptRecord(layout.environment(id), 'it vanished');
    checkAllowed(record, intrusion);
    return await action(record);
  } finally {
    lock.close();
  }
}

function checkAllowed({ env_id, frozen, archived }: StoredEnvironment, intrusion: Intrusion): void {
  if (archived && intrusion !== 'any') throw archivedError(env_id);
  if (frozen && intrusion === 'change') throw frozenError(env_id);
}
