import type { Action } from '../arguments/verb.ts';
import type { Context } from '../context.ts';
import { fail } from '../fail.ts';
import { openEngine } from '../open-engine.ts';
import { enter } from './enter.ts';

/** `karapace exec [env] -- <command…>`: exits with the command's own code. */
export const exec: Action = async (invocation, context) => {
  if (invocation.child.length > 0) return enter(invocation, context);
  const [reference] = invocation.operands;
  const where = reference === undefined ? '' : ` in \`${reference}\``;
  if (reference !== undefined && (await isUnknown(reference, context))) {
    return fail('USAGE', `Nothing is said to run, and no environment is called \`${reference}\``, {
      hint: `To run \`${reference}\` in the environment of this project, type \`karapace exec -- ${reference}\`; \`karapace list\` shows the environments.`,
    });
  }
  const named = reference === undefined ? '' : ` ${reference}`;
  return fail('USAGE', `Nothing is said to run${where}`, {
    hint: `Type \`karapace exec${named} -- <command>\`, or \`karapace enter${named}\` for a shell.`,
  });
};

async function isUnknown(reference: string, context: Context): Promise<boolean> {
  const { KarapaceError } = await import('@karapace/core');
  await using engine = await openEngine(context);
  try {
    await engine.inspect(reference);
    return false;
  } catch (error) {
    if (error instanceof KarapaceError && error.code === 'ENVIRONMENT_NOT_FOUND') return true;
    throw error;
  }
}
