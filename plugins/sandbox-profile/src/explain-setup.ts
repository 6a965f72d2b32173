import { KarapaceError } from '@karapace/core';

import { checkJoined, type JoinPoint } from './join-point.ts';
import { explainDenial } from './namespace-denial.ts';
import type { SandboxPlan } from './sandbox-plan.ts';
import type { SetupFailure, SetupStatus } from './setup-status.ts';
import { describeStep } from './setup-step.ts';

/**
 * Says why the root could not be put together, where that is why no command ran.
 *
 * @throws KarapaceError `NAMESPACE_DENIED`, `SANDBOX_FAILED`, `SANDBOX_UNSAFE_ROOT`, `ENVIRONMENT_BUSY`, `SESSION_ENDED`
 */
export function checkSetup(status: SetupStatus, plan: SandboxPlan): void {
  if (status.failure !== null) throw stepError(status.failure, plan, status.messages);
  if (!status.isReady && plan.join !== null) throw explainJoin(plan.join, status.messages);
  if (!status.isReady) throw explainDenial(plan.idMap, status.messages);
  if (!status.isStarted) throw sandboxError(status.messages.at(-1) ?? 'the set-up ended early');
}

function explainJoin(join: JoinPoint, messages: readonly string[]): KarapaceError {
  checkJoined(join);
  return sandboxError(`the session of process ${join.outermost.pid} cannot be joined (${messages.join(' ').trim()})`);
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
  if (kind === 'changed') {
    return new KarapaceError(
      'SANDBOX_FAILED',
      `\`${detail}\` was replaced by something else before it could be mounted`,
      {
        hint: 'See who changes it, and try again.',
      },
    );
  }
  if (kind === 'source' || kind === 'absent') {
    return new KarapaceError('SANDBOX_FAILED', `The mount needs \`${inside}\`, which does not exist`, {
      hint: `Create it, or remove the mount.`,
    });
  }
  if (kind === 'starter') return sandboxError(`cannot ${detail}${said(messages)}`);
  const failed = plan.steps[step];
  const action = failed === undefined ? kind : describeStep(failed);
  return sandboxError(`cannot ${action}${said(messages)}`);
}

function said(messages: readonly string[]): string {
  return messages.length === 0 ? '' : ` (${messages.join(' ').trim()})`;
}

/** For whatever has no code of its own. */
export function sandboxError(reason: string): KarapaceError {
  return new KarapaceError('SANDBOX_FAILED', `The sandbox cannot be set up: ${reason}`, {
    hint: 'Run `karapace doctor` to see what this machine lacks.',
  });
}
