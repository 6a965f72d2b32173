import type { Action } from '../arguments/verb.ts';
import { openEngine } from '../open-engine.ts';
import { runSession } from '../run-session.ts';

/** `karapace enter <env>`: the environment's login shell; exits with its code. */
export const enter: Action = async ({ operands: [reference = ''] }, context) => {
  await using engine = await openEngine(context);
  return await runSession(engine, { reference, command: undefined, context });
};
