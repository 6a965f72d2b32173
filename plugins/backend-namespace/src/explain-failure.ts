import type { ExitStatus } from '@karapace/core';
import {
  checkSetup,
  launch,
  sandboxError,
  withSpareUpper,
  type HostFacts,
  type LaunchEnd,
} from '@karapace/sandbox-profile';

import { bwrapStarter } from './bwrap-starter.ts';
import type { NamespacePlan } from './namespace-plan.ts';
import { inertFilter } from './seccomp-filter.ts';

const KILLED = 137;
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/**
 * Says why no command ran: as a shell would for a command that cannot be started, as an error for anything else.
 */
export async function explainFailure(end: LaunchEnd, plan: NamespacePlan, facts: HostFacts): Promise<ExitStatus> {
  checkSetup(end.status, plan);
  const message = await hearAgain(plan, facts);
  // Nothing was wrong, then: somebody else killed it, perhaps the kernel for want of memory.
  if (message === undefined) return { code: KILLED };
  const execution = /^bwrap: execvp .*: (.*)$/mu.exec(message)?.[1];
  if (execution !== undefined) return { code: execution === 'No such file or directory' ? NOT_FOUND : NOT_EXECUTABLE };
  throw sandboxError(message.trim().replace(/^bwrap: /u, '') || `bwrap ended with ${end.code} and said nothing`);
}

/**
 * `bwrap` wrote its reason to the command's own stderr, which may be anybody's terminal. It is asked again, with a filter
 * under which nothing can be done should the command start this time; then there is nothing to hear, as there is not where
 * the session that was joined has ended too.
 */
async function hearAgain(
  plan: NamespacePlan,
  { architecture, toolDirectories }: HostFacts,
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  const again = await launch(
    { ...plan, steps: withSpareUpper(plan.steps), terminal: false },
    {
      streams: { stdin: 'ignore', stdout: 'ignore', stderr: (chunk) => chunks.push(chunk) },
      hold: [],
      starter: bwrapStarter(plan, inertFilter(architecture)),
      toolDirectories,
    },
  );
  const { status } = await again.ended;
  if (status.failure !== null) checkSetup(status, plan);
  return status.isStarted && status.exitCode === null ? Buffer.concat(chunks).toString() : undefined;
}
