import type { Check } from '@karapace/core';
import { findTool, SYSTEM_DIRECTORIES } from '@karapace/sandbox-profile';

import { INIT_PROGRAM } from './init-program.ts';
import { RUNTIMES } from './runtime-names.ts';

/** Which runtimes there are, for projects that have no need of one. */
export function checkInstalled(directories: readonly string[] = SYSTEM_DIRECTORIES): Check {
  const about = { id: 'oci-runtimes', title: 'OCI runtimes' };
  const found = RUNTIMES.flatMap((name) => findTool(name, directories) ?? []);
  const hasInit = findTool(INIT_PROGRAM, directories) !== undefined;
  if (found.length > 0 && hasInit) return { ...about, state: 'ok', detail: found.join(', '), fix: null };
  const wanted = [...(found.length > 0 ? [] : [RUNTIMES[0]]), ...(hasInit ? [] : ['tini'])];
  const description = `For \`backend = "oci"\`, install what it needs: \`apt-get install ${wanted.join(' ')}\`.`;
  const detail = found.length > 0 ? `\`${INIT_PROGRAM}\` is not installed` : 'none is installed';
  return { ...about, state: 'warning', detail, fix: { description } };
}
