import { checkPolicy } from '../admission/check-policy.ts';
import type { NormalizedManifest } from '../contracts/manifest.ts';
import type { Store } from '../contracts/store.ts';
import type { Instance } from '../instance.ts';
import path from 'node:path';

/**
 * Checks what a project wants against every policy that is in force now.
 *
 * @param file the manifest
 * @throws KarapaceError `POLICY_DENIED`, `POLICY_INVALID`
 */
export function checkProject(
  { intent, file }: { readonly intent: NormalizedManifest; readonly file: string },
  { policies }: Instance,
  { memos }: Store,
): Promise<void> {
  return checkPolicy({ intent, file, project: path.dirname(file) }, { places: policies, memos });
}
