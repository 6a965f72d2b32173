import type { LockFile } from '../contracts/lock.ts';
import { KarapaceError } from '../errors.ts';
import { envIdentity } from '../identity/env-identity.ts';
import { shortId } from '../identity/short-id.ts';
import { placeOf, printValue, sourceWithoutPositions, type ManifestSource } from '../manifest/manifest-source.ts';
import { quotePath } from '../quote-path.ts';
import { HASH_VERSION, LOCK_VERSION } from './lock-grammar.ts';
import type { CheckedLock } from './lock-schema.ts';
import { sortLock } from './sort-lock.ts';

/** The oldest version of this tool; the Rust tool of the same name wrote those below. */
const FIRST_VERSION = 3;

/** For whoever has a lock that is damaged. */
export const WAY_OUT = 'Restore the file from version control, or delete it and run `karapace build`.';

/**
 * Checks data that claims to be a lock, its identity included, and gives it sorted.
 *
 * @throws KarapaceError `LOCK_VERSION` for a lock of another version, `LOCK_INVALID` for what is wrong first
 */
export async function checkLock(value: unknown, source: ManifestSource): Promise<LockFile> {
  checkLockVersion(value, source);
  const { lockSchema } = await import('./lock-schema.ts');
  const result = lockSchema.safeParse(value);
  if (!result.success) {
    const { firstProblem } = await import('../manifest/first-problem.ts');
    const { message, place } = firstProblem(result.error.issues, { subject: 'The lock', value, source, knownKeys: [] });
    throw new KarapaceError('LOCK_INVALID', message, { place, hint: WAY_OUT });
  }
  const lock = sortLock(brandLock(result.data));
  checkLockIntegrity(lock, source);
  return lock;
}

type Unbranded<T> = T extends string ? string : T extends object ? { readonly [Key in keyof T]: Unbranded<T[Key]> } : T;

/** Does not compile where the schema and the contract part ways. */
function brandLock(checked: CheckedLock): LockFile {
  const unbranded: Unbranded<LockFile> = checked;
  return unbranded as LockFile;
}

/**
 * Computes the identity again.
 *
 * @throws KarapaceError `LOCK_INVALID` when it is not the one that the lock has
 */
export function checkLockIntegrity(
  lock: LockFile,
  source: ManifestSource = sourceWithoutPositions('karapace.lock'),
): void {
  const expected = envIdentity(lock);
  const isWhole = lock.env_id === expected && lock.short_id === shortId(expected);
  if (isWhole) return;
  const key = lock.env_id === expected ? 'short_id' : 'env_id';
  throw new KarapaceError(
    'LOCK_INVALID',
    `The \`${key}\` of the lock is not that of its content: it was edited or badly merged`,
    {
      place: placeOf(source, [key], 'value'),
      hint: WAY_OUT,
    },
  );
}

function checkLockVersion(value: unknown, source: ManifestSource): void {
  const { lock_version: version, hash_version: hash } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof version !== 'number') return;
  if (version !== LOCK_VERSION) throw versionError(version, source);
  if (typeof hash !== 'number' || hash === HASH_VERSION) return;
  throw new KarapaceError(
    'LOCK_VERSION',
    `The lock has hash version ${printValue(hash)}, and this Karapace knows \`${HASH_VERSION}\``,
    {
      place: placeOf(source, ['hash_version'], 'value'),
      hint: 'Upgrade with `npm install karapace@latest`.',
    },
  );
}

function versionError(version: number, source: ManifestSource): KarapaceError {
  const place = placeOf(source, ['lock_version'], 'value');
  if (version > 0 && version < FIRST_VERSION) {
    return new KarapaceError(
      'LOCK_VERSION',
      `The lock has version \`${version}\`: it is of the Rust tool of the same name`,
      {
        place,
        hint: `Move it away and resolve again: \`mv ${quotePath(source.file)} ${quotePath(`${source.file}.old`)}\`, then \`karapace build\`.`,
      },
    );
  }
  return new KarapaceError(
    'LOCK_VERSION',
    `The lock has version ${printValue(version)}, and this Karapace knows \`${LOCK_VERSION}\``,
    {
      place,
      hint: version > LOCK_VERSION ? 'Upgrade with `npm install karapace@latest`.' : WAY_OUT,
    },
  );
}
