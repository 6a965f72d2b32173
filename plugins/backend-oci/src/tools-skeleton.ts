import { shellWord } from '@karapace/core';
import { WORKSPACE, type HostFacts } from '@karapace/sandbox-profile';

/** Lines of shell that make what no runtime can: links in the empty root of tools, and directories with modes of their own. */
export function toolsSkeleton({ programRoots }: Pick<HostFacts, 'programRoots'>): string {
  const links = Object.entries(programRoots).flatMap(([name, link]) =>
    link === null ? [] : [`ln -s ${shellWord(link)} ${shellWord(name)}`],
  );
  const directories = ['mkdir -m 0700 root', 'mkdir -p -m 1777 var/tmp', 'mkdir -p var/lib/dpkg', 'chmod 0755 var'];
  return `cd ${WORKSPACE.root} && ${[...links, ...directories].join(' && ')} && cd / || fail 0 starter ${shellWord('make the root of tools')}`;
}
