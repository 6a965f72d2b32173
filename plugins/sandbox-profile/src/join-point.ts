import { readlinkSync } from 'node:fs';

import { KarapaceError, type RunningSandbox } from '@karapace/core';

import { findInit, startTimeOf } from './process-tree.ts';

/** A session whose root, network and ipc another one shares. */
export interface JoinPoint {
  /** It is in the user and mount namespace where the root was put together. */
  readonly outermost: RunningSandbox;
  /** It is in the namespaces that the command is in. */
  readonly inside: RunningSandbox;
  /** Whether its network is not this process's. */
  readonly hasNetwork: boolean;
}

/** @throws KarapaceError `SESSION_ENDED` */
export function findJoinPoint(sandbox: RunningSandbox | undefined): JoinPoint | null {
  if (sandbox === undefined) return null;
  const inside = findInit(sandbox.pid);
  const start_time = inside === undefined ? undefined : startTimeOf(inside);
  if (inside === undefined || start_time === undefined) throw sessionEnded(sandbox);
  // One that is still being put together would hand on this process's own; who joins tries again.
  if (!isElsewhere(inside, 'ipc')) throw sessionEnded(sandbox);
  const found = { outermost: sandbox, inside: { pid: inside, start_time }, hasNetwork: isElsewhere(inside, 'net') };
  checkJoined(found);
  return found;
}

/**
 * To be called after the namespaces were entered: as long as the processes are the same, they were theirs.
 *
 * @throws KarapaceError `SESSION_ENDED`
 */
export function checkJoined({ outermost, inside }: JoinPoint): void {
  for (const { pid, start_time } of [outermost, inside]) {
    if (startTimeOf(pid) !== start_time) throw sessionEnded(outermost);
  }
}

function isElsewhere(pid: number, kind: 'ipc' | 'net'): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`) !== readlinkSync(`/proc/self/ns/${kind}`);
  } catch (error) {
    // It has just ended, which is found out afterwards. Whatever else hides it must not pass for the network of the host.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function sessionEnded({ pid }: RunningSandbox): KarapaceError {
  return new KarapaceError('SESSION_ENDED', `The session of process ${pid} ended while it was being joined`, {
    hint: 'Try again.',
  });
}
