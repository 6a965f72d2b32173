import { describeBackend } from '@karapace/core/testing';

import { openOciBackend } from '../src/open-oci-backend.ts';
import type { RuntimeName } from '../src/runtime-names.ts';

/** Where the spec has no home, runtimes take that of the accounts; the first process is a file in `/dev`. */
const additions = { variables: ['HOME'], devices: ['init'] };

for (const runtime of ['crun', 'runc'] satisfies RuntimeName[]) {
  const open = async () => openOciBackend({ name: `oci-${runtime}`, runtime });
  describeBackend(`backend-oci with ${runtime}`, open, { additions });
  describeBackend(`backend-oci with ${runtime} and a single id`, open, { additions, ids: 'single' });
}
