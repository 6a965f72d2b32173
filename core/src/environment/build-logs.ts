import type { BuiltLayer } from '../contracts/lock.ts';
import type { Environment } from '../contracts/environment-store.ts';
import type { KeptLog } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';
import { findEnvironment } from './find-environment.ts';
import { DEFAULT_BACKEND, type Instance } from '../instance.ts';

export interface EnvironmentLogs {
  readonly environment: Environment;
  /** Bottom first. */
  readonly layers: readonly LayerLog[];
}

export interface LayerLog extends Pick<BuiltLayer, 'name' | 'key'> {
  /** `undefined`: its steps printed nothing, it was built elsewhere, or its log was removed. */
  readonly log: KeptLog | undefined;
}

/** What build steps printed. */
export interface BuildLogs {
  logs(reference: string): Promise<EnvironmentLogs>;
  /**
   * That of one layer, built or failed.
   *
   * @param prefix how its key begins
   * @throws KarapaceError `LOG_NOT_FOUND`
   */
  log(prefix: string): Promise<KeptLog>;
}

export function buildLogs(instance: Instance): BuildLogs {
  return {
    async logs(reference) {
      const { environment, store } = await findEnvironment(reference, instance);
      const find = async ({ name, key }: BuiltLayer) => ({ name, key, log: await store.logs.find(key) });
      return { environment, layers: await Promise.all(environment.layers.map(find)) };
    },
    async log(prefix) {
      const logs = await (await instance.store(DEFAULT_BACKEND)).logs.list();
      const [found, ...others] = logs.filter(({ key }) => key.startsWith(prefix));
      if (found !== undefined && others.length === 0) return found;
      const message = found === undefined ? 'There is no log of a layer' : 'Several logs are of layers';
      throw new KarapaceError('LOG_NOT_FOUND', `${message} whose key begins with \`${prefix}\``, {
        hint: 'Copy the key from the error of the build, or from `karapace graph --json`.',
      });
    },
  };
}
