import type { Action } from '../arguments/verb.ts';
import { fail } from '../fail.ts';
import { openEngine } from '../open-engine.ts';
import { runSession } from '../run-session.ts';

/** `karapace exec <env> -- <command…>`: exits with the command's own code. */
export const exec: Action = async ({ operands: [reference = ''], child }, context) => {
  if (child.length === 0) {
    return fail('USAGE', `Nothing is said to run in \`${reference}\``, {
      hint: `Type \`karapace exec ${reference} -- <command>\`, or \`karapace enter ${reference}\` for a shell.`,
    });
  }
  await using engine = await openEngine(context);
  return await runSession(engine, { reference, command: child, context });
};
