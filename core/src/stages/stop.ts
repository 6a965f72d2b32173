import { setTimeout } from 'node:timers/promises';

import type { Backend } from '../contracts/backend.ts';
import type { Environment, LiveSession } from '../contracts/environment-store.ts';
import type { Store } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';

const GRACE_MILLISECONDS = 5_000;
/** The kernel needs no more for what was killed, unless a disk hangs. */
const DEATH_MILLISECONDS = 10_000;
const PAUSE = 20;

export interface StopInput {
  readonly environment: Environment;
  readonly backend: Backend;
  /** How long commands have after SIGTERM; default 5,000. */
  readonly graceMilliseconds?: number | undefined;
  /** Called while somebody else is just entering or stopping the environment: his pid and command. */
  readonly onWait?: ((holder: string) => void) | undefined;
}

export interface StopResult {
  /** As it was before. */
  readonly environment: Environment;
  /** How many sessions there were. */
  readonly sessions: number;
  /** How many of them did not end by SIGTERM. */
  readonly killed: number;
}

/**
 * Ends every session of an environment: SIGTERM to each command, SIGKILL to all of it after the grace. Nobody can enter
 * meanwhile. Records that a crash or a power cut left go, too.
 *
 * @throws KarapaceError `ENVIRONMENT_BUSY` where something cannot be ended
 */
export async function stopStage({ environment, backend, ...input }: StopInput, store: Store): Promise<StopResult> {
  const { environments } = store;
  const id = environment.env_id;
  const { graceMilliseconds = GRACE_MILLISECONDS, onWait } = input;

  async function endAll(signal: NodeJS.Signals, milliseconds: number): Promise<readonly LiveSession[]> {
    const before = await environments.sessions(id);
    for (const { sandbox } of before) backend.signal(sandbox, signal);
    const end = performance.now() + milliseconds;
    let left = before;
    while (left.length > 0 && performance.now() < end) {
      await setTimeout(PAUSE);
      left = await environments.sessions(id);
    }
    return left;
  }

  return environments.closed(
    id,
    async () => {
      const sessions = (await environments.sessions(id)).length;
      const killed = (await endAll('SIGTERM', graceMilliseconds)).length;
      const [left] = killed === 0 ? [] : await endAll('SIGKILL', DEATH_MILLISECONDS);
      if (left !== undefined) throw undying(left);
      await environments.forgetSessions(id);
      return { environment, sessions, killed };
    },
    { onWait },
  );
}

function undying({ sandbox }: LiveSession): KarapaceError {
  return new KarapaceError('ENVIRONMENT_BUSY', `Process ${sandbox.pid} was killed and does not end`, {
    hint: `See what it waits for in \`/proc/${sandbox.pid}/wchan\`: often a disk or a network file system.`,
  });
}
