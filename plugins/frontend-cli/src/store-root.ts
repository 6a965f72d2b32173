import path from 'node:path';

import type { Context } from './context.ts';
import { fail } from './fail.ts';

type Places = Pick<Context, 'store' | 'environment' | 'directory'>;

/**
 * Where the store is: `--store`, else `KARAPACE_STORE`, else below `XDG_DATA_HOME`, else below `HOME`.
 *
 * @returns an absolute path
 * @throws KarapaceError `USAGE` naming the variable that cannot be used
 */
export async function storeRoot({ store, environment, directory }: Places): Promise<string> {
  if (store !== undefined) return path.resolve(directory, store);
  const own = await absolute(environment, 'KARAPACE_STORE');
  if (own !== undefined) return path.normalize(own);
  const data = await absolute(environment, 'XDG_DATA_HOME');
  if (data !== undefined) return path.join(data, 'karapace');
  const home = await absolute(environment, 'HOME');
  if (home !== undefined) return path.join(home, '.local', 'share', 'karapace');
  return fail('USAGE', '`HOME` is not set, so nobody knows where the store is', {
    hint: 'Set `HOME`, or name a directory: `karapace --store <directory> …` or `KARAPACE_STORE`.',
  });
}

/** A relative one would mean another place in every directory. */
export async function absolute(environment: NodeJS.ProcessEnv, name: string): Promise<string | undefined> {
  const value = environment[name];
  if (value === undefined || value === '') return undefined;
  if (path.isAbsolute(value)) return value;
  return fail('USAGE', `\`${name}\` is \`${value}\`, which is not an absolute path`, {
    hint: `Set \`${name}\` to an absolute path or unset it.`,
  });
}
