import type { Environment, Store } from '../contracts/store.ts';
import { DEFAULT_BACKEND, type Instance } from '../instance.ts';

export interface FoundEnvironment {
  readonly environment: Environment;
  /** Opened with the environment's own backend. */
  readonly store: Store;
}

/** @throws KarapaceError `ENVIRONMENT_NOT_FOUND`, `ENVIRONMENT_AMBIGUOUS` */
export async function findEnvironment(reference: string, { store }: Instance): Promise<FoundEnvironment> {
  const environment = await (await store(DEFAULT_BACKEND)).environments.get(reference);
  return { environment, store: await store(environment.lock.intent.runtime.backend) };
}
