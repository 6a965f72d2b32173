import path from 'node:path';

import type { PolicyPlaces } from '@karapace/core';

import type { Context } from './context.ts';
import { absolute } from './store-root.ts';

/** The system's file, and the user's below `XDG_CONFIG_HOME` or else below `HOME`. No variable names another file. */
export async function policyPlaces({ environment }: Pick<Context, 'environment'>): Promise<PolicyPlaces> {
  const home = await absolute(environment, 'HOME');
  const config = (await absolute(environment, 'XDG_CONFIG_HOME')) ?? (home && path.join(home, '.config'));
  return { system: '/etc/karapace/policy.toml', user: config && path.join(config, 'karapace', 'policy.toml'), home };
}
