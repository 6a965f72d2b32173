import type { EnvIdentity } from '../contracts/ids.ts';
import type { Environment, NewEnvironment } from '../contracts/environment-store.ts';
import type { MemoStore, Store } from '../contracts/store.ts';
import type { Hooks } from '../plugin/hooks.ts';
import { memoHash } from '../store/memo-hash.ts';

const DOMAIN = 'karapace/built-of-project/v1';

export interface Succession {
  readonly store: Store;
  readonly hooks: Hooks;
  /** By which the project is known: a directory may hold several manifests, each with its own lock. */
  readonly lockFile: string;
  /** What that lock meant before, for where nobody knows any more what was built of it last. */
  readonly locked?: EnvIdentity | undefined;
  /** What the environment before is called, this one is called from now on. Default: where it has no name of its own. */
  readonly takesNames?: boolean | undefined;
}

/** Makes an environment the one that its project was built as last, and says so where names mean it that meant another. */
export async function succeedEnvironment(
  environment: Omit<NewEnvironment, 'replaces'>,
  { store, hooks, lockFile, locked, takesNames }: Succession,
): Promise<Environment> {
  const { env_id } = environment.lock;
  const last = (await recallBuiltOf(lockFile, store.memos)) ?? locked;
  // Not `find`: one that is damaged is no hindrance.
  const { environments } = last === env_id ? { environments: [] } : await store.environments.survey();
  const there = environments.find((each) => each.env_id === env_id)?.name_projects ?? new Map<string, string>();
  const hasName = environment.names.length > 0 || [...there.values()].includes(environment.project);
  const before = (takesNames ?? !hasName) ? environments.find((each) => each.env_id === last) : undefined;
  const put = await store.environments.put({ ...environment, replaces: before?.env_id });
  await rememberBuiltOf(lockFile, env_id, store.memos);
  if (before !== undefined) announce(before, put, hooks);
  return put;
}

/** The environment that a project was built as last; `undefined` where nobody knows any more. */
export async function recallBuiltOf(lockFile: string, memos: MemoStore): Promise<EnvIdentity | undefined> {
  return (await memos.find(memoHash(DOMAIN, lockFile))) as EnvIdentity | undefined;
}

async function rememberBuiltOf(lockFile: string, identity: EnvIdentity, memos: MemoStore): Promise<void> {
  await memos.put(memoHash(DOMAIN, lockFile), identity);
}

function announce(before: Environment, { names, short_id }: Environment, { warningGiven }: Hooks): void {
  const moved = names.filter((name) => before.names.includes(name)).map((name) => `\`${name}\``);
  if (moved.length === 0) return;
  const mean = moved.length === 1 ? 'means' : 'mean';
  warningGiven.call(`${moved.join(', ')} now ${mean} ${short_id}; the environment before is ${before.short_id}`);
}
