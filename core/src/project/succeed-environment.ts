import type { EnvIdentity } from '../contracts/ids.ts';
import type { Environment, NewEnvironment } from '../contracts/environment-store.ts';
import type { MemoStore, Store } from '../contracts/store.ts';
import type { Hooks } from '../plugin/hooks.ts';
import { quoteNames } from '../packages/package-names.ts';
import { findGoneProjects } from '../plugin/find-gone-projects.ts';
import { quotePath } from '../quote-path.ts';
import { UNKNOWN_PROJECT } from '../store/environment-record.ts';
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
  const built = await recallBuiltOf(lockFile, store.memos);
  const last = built ?? locked;
  // Not `find`: one that is damaged is no hindrance.
  const { environments } = built === env_id ? { environments: [] } : await store.environments.survey();
  const there = environments.find((each) => each.env_id === env_id);
  const own = [...(there?.name_projects.values() ?? [])];
  const hasName = environment.names.length > 0 || own.includes(environment.project);
  const before = (takesNames ?? !hasName) ? environments.find((each) => each.env_id === last) : undefined;
  const formerly = hasName ? [] : await findFormerPlaces([there, before], environment.project);
  const put = await store.environments.put({ ...environment, replaces: before?.env_id, formerly });
  await rememberBuiltOf(lockFile, env_id, store.memos);
  for (const known of new Set([there, before])) if (known !== undefined) announce(known, put, hooks);
  return put;
}

/**
 * Where the project was before it was moved: names were given for it there, and no project is there any more. A copy of a
 * project that is gone cannot be told from it; whoever builds it first gets the names.
 */
function findFormerPlaces(known: readonly (Environment | undefined)[], project: string): Promise<readonly string[]> {
  const places = new Set(known.flatMap((each) => [...(each?.name_projects.values() ?? [])]));
  places.delete(project);
  places.delete(UNKNOWN_PROJECT);
  return findGoneProjects([...places]);
}

/** The environment that a project was built as last; `undefined` where nobody knows any more. */
export async function recallBuiltOf(lockFile: string, memos: MemoStore): Promise<EnvIdentity | undefined> {
  return (await memos.find(memoHash(DOMAIN, lockFile))) as EnvIdentity | undefined;
}

async function rememberBuiltOf(lockFile: string, identity: EnvIdentity, memos: MemoStore): Promise<void> {
  await memos.put(memoHash(DOMAIN, lockFile), identity);
}

function announce(before: Environment, now: Environment, { warningGiven }: Hooks): void {
  const { names, short_id, name_projects } = now;
  const kept = names.filter((name) => before.names.includes(name));
  for (const [place, moved] of Map.groupBy(kept, (name) => before.name_projects.get(name) ?? '')) {
    const [words, mean, are] = [quoteNames(moved), ...(moved.length === 1 ? ['means', 'is'] : ['mean', 'are'])];
    const here = moved.map((name) => name_projects.get(name))[0] ?? '';
    if (before.env_id !== now.env_id)
      warningGiven.call(`${words} now ${mean} ${short_id}; the environment before is ${before.short_id}`);
    if (place !== here)
      warningGiven.call(`${words} now ${are} for ${quotePath(here)}: no project is in ${quotePath(place)} any more`);
  }
}
