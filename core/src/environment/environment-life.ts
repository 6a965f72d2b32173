import type { CommitResult, Environment, Snapshot } from '../contracts/environment-store.ts';
import type { Store } from '../contracts/store.ts';
import type { TreeChange } from '../contracts/tree-store.ts';
import { asOfProject, findEnvironment } from './find-environment.ts';
import type { Instance } from '../instance.ts';

export interface RestoreResult {
  readonly environment: Environment;
  readonly snapshot: Snapshot;
}

/** What can be done to an environment that is built. Each is found by name, identity or unique prefix. */
export interface EnvironmentLife {
  /**
   * Replaces the name that it was found by; one found otherwise gets a name more, which is for its project.
   *
   * @param project as in `ExecOptions`
   * @throws KarapaceError `NAME_INVALID`, `NAME_TAKEN`; `ENVIRONMENT_AMBIGUOUS` where several projects have it and none is given
   */
  rename(reference: string, to: string, project?: string): Promise<Environment>;
  /** From then on what is changed inside is thrown away when the last session ends. */
  freeze(reference: string): Promise<Environment>;
  thaw(reference: string): Promise<Environment>;
  /** From then on it can be neither entered nor changed, and gc keeps it. */
  archive(reference: string): Promise<Environment>;
  unarchive(reference: string): Promise<Environment>;
  /** Keeps what differs from the layers as a snapshot; the environment goes on as it is. */
  commit(reference: string, message?: string): Promise<CommitResult>;
  /** What somebody changed inside since the generation began, sorted by path. */
  diff(reference: string): Promise<readonly TreeChange[]>;
  /** Oldest first. */
  snapshots(reference: string): Promise<readonly Snapshot[]>;
  /** Makes an environment what it was when the snapshot was made; what was changed since is gone. */
  restore(reference: string, snapshot: string): Promise<RestoreResult>;
}

export function environmentLife(instance: Instance): EnvironmentLife {
  const find = (reference: string) => findEnvironment(reference, instance);
  const mark = async (reference: string, change: Mark): Promise<Environment> => {
    const { environment, store } = await find(reference);
    const { name, project } = environment;
    return { ...(await store.environments.mark(environment.env_id, change)), name, project };
  };

  return {
    freeze: (reference) => mark(reference, { frozen: true }),
    thaw: (reference) => mark(reference, { frozen: false }),
    archive: (reference) => mark(reference, { archived: true }),
    unarchive: (reference) => mark(reference, { archived: false }),
    async rename(reference, to, project) {
      const { environment, store } = await find(reference);
      const from = environment.names.includes(reference) ? reference : undefined;
      const renamed = await store.environments.rename(environment.env_id, { from, to, project });
      return asOfProject(renamed, renamed.name_projects.get(to) ?? renamed.project, to);
    },
    async commit(reference, message) {
      const { environment, store } = await find(reference);
      return store.environments.commit(environment.env_id, message ?? null);
    },
    async diff(reference) {
      const { environment, store } = await find(reference);
      return store.environments.changes(environment.env_id);
    },
    async snapshots(reference) {
      const { environment, store } = await find(reference);
      return store.environments.snapshots(environment.env_id);
    },
    async restore(reference, snapshot) {
      const { environment, store } = await find(reference);
      const restored = await store.environments.restore(environment.env_id, snapshot);
      const { name, project } = environment;
      return { ...restored, environment: { ...restored.environment, name, project } };
    },
  };
}

type Mark = Parameters<Store['environments']['mark']>[1];
