import type { PolicyInForce, PolicySource } from '../contracts/policy.ts';
import { fillPolicy } from '../manifest/normalize-policy.ts';

/** What holds where nobody whose word counts has said what may be mounted: the project alone. */
const DEFAULT = fillPolicy({ mounts: ['.'] });

/**
 * A project is somebody else's word: only the system's and the user's file can allow more than the project's directory.
 *
 * @param file where the user can allow more
 */
export function withDefault<Source extends PolicySource>(
  policies: readonly Source[],
  file: string,
): readonly (Source | PolicyInForce)[] {
  const isSaid = policies.some(({ origin, policy }) => origin !== 'project' && policy.mounts !== null);
  return isSaid ? policies : [{ origin: 'default', file, policy: DEFAULT }, ...policies];
}
