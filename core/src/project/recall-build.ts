import type { EnvIdentity } from '../contracts/ids.ts';
import type { Store } from '../contracts/store.ts';
import { canonicalJson } from '../identity/canonical-json.ts';
import { readManifestFile } from '../plugin/read-manifest-file.ts';
import { memoHash } from '../store/memo-hash.ts';
import { readProjectLock } from '../store/project-lock.ts';

/** Raised when the same manifest and lock must be looked at anew. */
const DOMAIN = 'karapace/recall-build/v1';

/** The environment that these very texts of manifest and lock gave the last time, without parsing either. */
export async function recallBuild(files: ProjectFiles, store: Store): Promise<EnvIdentity | undefined> {
  const key = await keyOf(files);
  return key === undefined ? undefined : ((await store.memos.find(key)) as EnvIdentity | undefined);
}

/** Only for manifests that are nothing but their text. */
export async function rememberBuild(files: ProjectFiles, identity: EnvIdentity, store: Store): Promise<void> {
  const key = await keyOf(files);
  if (key !== undefined) await store.memos.put(key, identity);
}

export interface ProjectFiles {
  readonly manifest: string;
  readonly lock: string;
}

async function keyOf({ manifest, lock }: ProjectFiles): Promise<string | undefined> {
  const locked = await readProjectLock(lock);
  if (locked === undefined) return undefined;
  return memoHash(DOMAIN, canonicalJson({ manifest, text: await readManifestFile(manifest), locked }));
}
