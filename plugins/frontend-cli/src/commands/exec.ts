import type { Action } from '../arguments/verb.ts';
import { fail } from '../fail.ts';
import { enter } from './enter.ts';

/** `karapace exec [env] -- <command…>`: exits with the command's own code. */
export const exec: Action = async (invocation, context) => {
  if (invocation.child.length > 0) return enter(invocation, context);
  const [reference] = invocation.operands;
  const where = reference === undefined ? '' : ` in \`${reference}\``;
  const named = reference === undefined ? '' : ` ${reference}`;
  return fail('USAGE', `Nothing is said to run${where}`, {
    hint: `Type \`karapace exec${named} -- <command>\`, or \`karapace enter${named}\` for a shell.`,
  });
};
