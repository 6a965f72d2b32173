import type { EnvIdentity } from '../contracts/ids.ts';
import type { LockFile } from '../contracts/lock.ts';
import { blake3Hex } from './blake3-hex.ts';
import { canonicalJson } from './canonical-json.ts';
import { withoutLaterKeys } from './without-later-keys.ts';

/** Its number is the lock's `hash_version`. */
const DOMAIN = 'karapace/env-identity/v1';

/** A lock before it has its identity. */
export type LockBody = Omit<LockFile, 'env_id' | 'short_id'>;

/** The identity of the environment that a lock describes. An `env_id` or `short_id` that is there already is ignored. */
export function envIdentity(lock: LockBody): EnvIdentity {
  const { env_id: _identity, short_id: _short, intent, files, packages, ...rest } = lock as LockFile;
  const body = {
    ...rest,
    packages: packages.map(({ layer, ...pin }) => (layer === 0 ? pin : { ...pin, layer })),
    intent: withoutLaterKeys(intent),
    ...(files.length === 0 ? {} : { files }),
  };
  return blake3Hex(DOMAIN, canonicalJson(body)) as EnvIdentity;
}
