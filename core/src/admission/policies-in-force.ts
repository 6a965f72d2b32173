import type { Check } from '../contracts/backend.ts';
import type { PolicyInForce, PolicyPlaces } from '../contracts/policy.ts';
import type { Environment } from '../contracts/environment-store.ts';
import { KarapaceError } from '../errors.ts';
import { loadPolicies } from './load-policies.ts';
import { withDefault } from '../policy/with-default.ts';

/** Every policy that an environment is entered under. */
export async function policiesOf(
  { project, lock }: Pick<Environment, 'project' | 'lock'>,
  places: PolicyPlaces,
): Promise<readonly PolicyInForce[]> {
  const loaded = await loadPolicies(places, { file: project, policy: lock.intent.policy });
  return withDefault(loaded, placeToAllow(places)).map(({ origin, file, policy }) => ({ origin, file, policy }));
}

/** Where more than the project can be allowed. */
export function placeToAllow({ user, system }: PolicyPlaces): string {
  return user ?? system;
}

/** Which policy files are in force on this machine for this user. */
export async function checkPolicies(places: PolicyPlaces): Promise<Check> {
  const check = { id: 'policy', title: 'Policy' };
  try {
    const files = (await loadPolicies(places)).map(({ file }) => file);
    const detail = files.length === 0 ? 'none: only the directory of a project can be mounted' : files.join(', ');
    return { ...check, state: 'ok', detail, fix: null };
  } catch (error) {
    if (!(error instanceof KarapaceError)) throw error;
    const { message, hint, place } = error;
    const where = [place?.file, place?.line, place?.column].filter((part) => part !== undefined).join(':');
    return {
      ...check,
      state: 'failed',
      detail: `${message} (${where})`,
      fix: hint === undefined ? null : { description: hint },
    };
  }
}
