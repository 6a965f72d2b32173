import { KarapaceError, type ExitStatus } from '@karapace/core';

import type { HostFacts } from './host-facts.ts';
import { checkJoined, type JoinPoint } from './join-point.ts';
import { launch, type LaunchEnd } from './launch.ts';
import { explainDenial } from './namespace-denial.ts';
import type { SandboxPlan } from './sandbox-plan.ts';
import { inertFilter } from './seccomp-filter.ts';
import { describeStep } from './setup-step.ts';
import type { SetupFailure } from './setup-status.ts';

const KILLED = 137;
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/**
 * Says why no command ran: as a shell would for a command that cannot be started, as an error for anything else.
 */
export async function explainFailure(end: LaunchEnd, plan: SandboxPlan, facts: HostFacts): Promise<ExitStatus> {
  const { status } = end;
  if (status.failure !== null) throw stepError(status.failure, plan, status.messages);
  if (!status.isReady && plan.join !== null) throw explainJoin(plan.join, status.messages);
  if (!status.isReady) throw explainDenial(plan.idMap, status.messages);
  if (!status.isStarted) throw sandboxError(status.messages.at(-1) ?? 'the set-up ended early');
  const message = await hearAgain(plan, facts);
  // Nothing was wrong, then: somebody else killed it, perhaps the kernel for want of memory.
  if (message === undefined) return { code: KILLED };
  const execution = /^bwrap: execvp .*: (.*)$/mu.exec(message)?.[1];
  if (execution !== undefined) return { code: execution === 'No such file or directory' ? NOT_FOUND : NOT_EXECUTABLE };
  throw sandboxError(message.trim().replace(/^bwrap: /u, '') || `bwrap ended with ${end.code} and said nothing`);
}

function explainJoin(join: JoinPoint, messages: readonly string[]): KarapaceError {
  checkJoined(join);
  return sandboxError(`the session of process ${join.outermost.pid} cannot be joined (${messages.join(' ').trim()})`);
}

/**
 * `bwrap` wrote its reason to the command's own stderr, which may be anybody's terminal. It is asked again, with a filter
 * under which nothing can be done should the command start this time; then there is nothing to hear, as there is not where
 * the session that was joined has ended too.
 */
async function hearAgain(plan: SandboxPlan, { architecture, toolDirectories }: HostFacts): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  const again = await launch(
    { ...plan, terminal: false },
    {
      streams: { stdin: 'ignore', stdout: 'ignore', stderr: (chunk) => chunks.push(chunk) },
      hold: [],
      filter: inertFilter(architecture),
      toolDirectories,
    },
  );
  const { status } = await again.ended;
  if (status.failure !== null) throw stepError(status.failure, plan, status.messages);
  return status.isStarted && status.exitCode === null ? Buffer.concat(chunks).toString() : undefined;
}

function stepError(
  { step, kind, detail }: SetupFailure,
  plan: SandboxPlan,
  messages: readonly string[],
): KarapaceError {
  const inside = detail.replace(/^\/sys\/kernel\/root/u, '');
  if (kind === 'busy') {
    return new KarapaceError('ENVIRONMENT_BUSY', `The writable layer \`${detail}\` is mounted by another process`, {
      hint: 'End the other session first.',
    });
  }
  if (kind === 'joinable') {
    return new KarapaceError(
      'ENVIRONMENT_BUSY',
      'The environment has a session, and fuse-overlayfs lets no second one in',
      {
        hint: 'End it first, or run `karapace stop`.',
      },
    );
  }
  if (kind === 'link' || kind === 'directory' || kind === 'file') {
    const found = kind === 'link' ? 'is a symbolic link' : `cannot be a ${kind}`;
    return new KarapaceError('SANDBOX_UNSAFE_ROOT', `The mount point \`${inside}\` ${found}`, {
      hint: 'Mount at a place whose parents are real directories, or remove what is there.',
      cause: messages.at(-1),
    });
  }
  if (kind === 'source' || kind === 'absent') {
    return new KarapaceError('SANDBOX_FAILED', `The mount needs \`${inside}\`, which does not exist`, {
      hint: `Create it, or remove the mount.`,
    });
  }
  const failed = plan.steps[step];
  const action = failed === undefined ? kind : describeStep(failed);
  return sandboxError(`cannot ${action}${messages.length === 0 ? '' : ` (${messages.join(' ').trim()})`}`);
}

function sandboxError(reason: string): KarapaceError {
  return new KarapaceError('SANDBOX_FAILED', `The sandbox cannot be set up: ${reason}`, {
    hint: 'Run `karapace doctor` to see what this machine lacks.',
  });
}
