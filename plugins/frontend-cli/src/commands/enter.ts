import type { Action } from '../arguments/verb.ts';
import { readyEnvironment } from '../ready-environment.ts';
import { openEngine } from '../open-engine.ts';
import { runSession } from '../run-session.ts';

/** `karapace enter [env]`: the environment's login shell, or a command; exits with its code. */
export const enter: Action = async (invocation, context) => {
  const ready = await readyEnvironment(invocation, context);
  if ('exitCode' in ready) return ready.exitCode;
  const command = invocation.child.length === 0 ? undefined : invocation.child;
  await using engine = await openEngine(context);
  return await runSession(engine, { ...ready, command, context });
};
