import type { EnvIdentity } from '../contracts/ids.ts';
import type { Environment } from '../contracts/environment-store.ts';
import { KarapaceError } from '../errors.ts';
import { nearestNames } from '../manifest/nearest-name.ts';
import { printable } from '../printable.ts';
import { isDangling } from './dangling-name.ts';
import { isEnvironmentName, isIdPrefix } from './environment-name.ts';
import { listEnvironmentIds, listNames, readName } from './environment-names.ts';
import { readEnvironment } from './read-environment.ts';
import { corruptRecord } from './record-file.ts';
import type { StoreLayout } from './store-layout.ts';

/**
 * Finds what a person means. Reads the records of that environment alone, so damage in another does not matter.
 *
 * @throws KarapaceError `ENVIRONMENT_NOT_FOUND`, `ENVIRONMENT_AMBIGUOUS`
 */
export function getEnvironment(layout: StoreLayout, reference: string): Environment {
  return getByName(layout, reference) ?? getById(layout, reference) ?? notFound(layout, reference);
}

function getByName(layout: StoreLayout, name: string): Environment | undefined {
  const id = isEnvironmentName(name) ? readName(layout, name) : undefined;
  if (id === undefined) return undefined;
  const environment = readEnvironment(layout, id, name);
  if (environment === undefined && isDangling(layout, name, id)) {
    throw corruptRecord(layout.name(name), `its environment \`${id}\` is missing`);
  }
  return environment;
}

function getById(layout: StoreLayout, reference: string): Environment | undefined {
  if (!isIdPrefix(reference)) return undefined;
  const [id, ...others] = listEnvironmentIds(layout).filter((each) => each.startsWith(reference));
  if (id !== undefined && others.length > 0) throw ambiguous(reference, [id, ...others]);
  return id === undefined ? undefined : readEnvironment(layout, id);
}

function ambiguous(reference: string, ids: readonly EnvIdentity[]): KarapaceError {
  const matches = ids.toSorted().map((id) => `\`${id.slice(0, 16)}\``);
  return new KarapaceError('ENVIRONMENT_AMBIGUOUS', `\`${reference}\` is the beginning of ${matches.join(', ')}`, {
    hint: 'Give more digits, or a name.',
  });
}

function notFound(layout: StoreLayout, reference: string): never {
  const nearest = nearestNames(reference, listNames(layout).filter(isEnvironmentName), 3).map((name) => `\`${name}\``);
  throw new KarapaceError('ENVIRONMENT_NOT_FOUND', `There is no environment \`${printable(reference)}\``, {
    hint:
      nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}?` : 'See `karapace list`; `karapace build` makes one.',
  });
}
