import { KarapaceError, type IdSpace, type Ids } from '@karapace/core';

import type { HostFacts } from './host-facts.ts';
import { wrapInIds } from './namespace-command.ts';
import { findDenial } from './namespace-denial.ts';
import { noRange, type IdMap } from './sandbox-plan.ts';

/** As `Backend.idSpace`. */
export function openIdSpace(ids: Ids, facts: HostFacts): IdSpace {
  const { fullIds, toolDirectories } = facts;
  if (ids === 'full' && fullIds === null) throw noRange(toolDirectories);
  const idMap: IdMap = ids === 'full' && fullIds !== null ? fullIds.kind : 'single';
  const denial = idMap === 'identity' ? undefined : findCertainDenial();
  if (denial !== undefined) throw denial;
  return {
    ids,
    description: ids === 'single' ? 'single id' : describeFull(facts),
    isOwn: idMap === 'identity',
    wrap: (command) => wrapInIds(idMap, command, toolDirectories),
  };
}

/** AppArmor's setting has exceptions for programs, so only trying tells; a limit of none has not. */
function findCertainDenial(): KarapaceError | undefined {
  const denial = findDenial();
  if (denial === undefined || denial.reason.includes('apparmor')) return undefined;
  return new KarapaceError('NAMESPACE_DENIED', `This user may not create user namespaces: ${denial.reason}`, {
    hint: `Run \`${denial.fix?.commands?.[0]?.join(' ')}\` as root.`,
  });
}

function describeFull({ fullIds }: HostFacts): string {
  if (fullIds?.kind !== 'range') return 'root';
  const { first, count } = fullIds.range;
  return `subordinate ids ${first}-${first + count - 1}`;
}
