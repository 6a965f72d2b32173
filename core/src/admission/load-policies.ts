import type { Policy, PolicyOrigin, PolicyPlaces, PolicySource } from '../contracts/policy.ts';
import type { MemoStore } from '../contracts/store.ts';
import { memoHash } from '../store/memo-hash.ts';
import { readPolicyFile } from '../store/policy/read-policy-file.ts';

/** A policy, and the text it was read from; of a project's own, there is none at hand. */
export interface LoadedPolicy extends PolicySource {
  readonly text: string | undefined;
}

/** Whose `[policy]` comes with a manifest or a lock. */
export interface PolicyOwner {
  /** The manifest, or the directory of the project. */
  readonly file: string;
  readonly policy: Policy | null;
}

/** What the same text meant before: checking it takes longer than a command takes to start. */
export interface PolicyMemos extends Pick<MemoStore, 'find'>, Partial<Pick<MemoStore, 'put'>> {}

const ROOT = 0;
/** Raised when the same text must be looked at anew. */
const DOMAIN = 'karapace/policy/v1';

/**
 * Every policy that is in force, in the order in which they narrow.
 *
 * @param memos of the store; without `put` nothing new is kept
 * @throws KarapaceError `POLICY_INVALID` for a file that cannot be read, that others may change, or that is malformed
 */
export async function loadPolicies(
  places: PolicyPlaces,
  project?: PolicyOwner,
  memos?: PolicyMemos,
): Promise<readonly LoadedPolicy[]> {
  const me = process.getuid?.() ?? ROOT;
  const files = await Promise.all([
    loadFile('system', { file: places.system, owners: [ROOT] }, memos),
    loadFile('user', { file: places.user, owners: [me, ROOT] }, memos),
  ]);
  const own = project === undefined ? [] : loaded('project', { ...project, text: undefined });
  return [...files.flat(), ...own];
}

/** A file that a policy may be in, and what it says now. */
export interface PolicyText {
  readonly file: string;
  /** `undefined` where there is no such file. */
  readonly text: string | undefined;
}

/** @throws KarapaceError `POLICY_INVALID` for a file that cannot be read or that others may change */
export function policyTexts({ system, user }: PolicyPlaces): readonly PolicyText[] {
  const me = process.getuid?.() ?? ROOT;
  const files = [
    { file: system, owners: [ROOT] },
    { file: user, owners: [me, ROOT] },
  ];
  return files.flatMap(({ file, owners }) =>
    file === undefined ? [] : [{ file, text: readPolicyFile(file, owners) }],
  );
}

async function loadFile(
  origin: PolicyOrigin,
  { file, owners }: { readonly file: string | undefined; readonly owners: readonly number[] },
  memos: PolicyMemos | undefined,
): Promise<readonly LoadedPolicy[]> {
  const text = file === undefined ? undefined : readPolicyFile(file, owners);
  if (file === undefined || text === undefined) return [];
  return loaded(origin, { file, text, policy: await policyOf(text, file, memos) });
}

async function policyOf(text: string, file: string, memos: PolicyMemos | undefined): Promise<Policy | null> {
  const key = memoHash(DOMAIN, text);
  const known = await memos?.find(key);
  if (known !== undefined) return JSON.parse(known) as Policy | null;
  const { parsePolicy } = await import('../manifest/parse-policy.ts');
  const policy = await parsePolicy(text, file);
  await memos?.put?.(key, JSON.stringify(policy));
  return policy;
}

function loaded(
  origin: PolicyOrigin,
  { file, text, policy }: PolicyOwner & { readonly text: string | undefined },
): readonly LoadedPolicy[] {
  return policy === null ? [] : [{ origin, file, text, policy }];
}
