import type { Karapace } from '@karapace/core';

import type { Context } from './context.ts';
import { referenceTo } from './describe-environment.ts';
import { fail } from './fail.ts';

/** What a command is about: the environment that was named, else that of the project the person stands in. */
export async function whichEnvironment(named: string | undefined, engine: Karapace, context: Context): Promise<string> {
  if (named !== undefined) return named;
  return inProject(async () => referenceTo(await engine.ofProject(context.directory)));
}

/** Says, where there is no project either, that no environment was named. */
export async function inProject<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const { KarapaceError } = await import('@karapace/core');
    if (!(error instanceof KarapaceError) || error.code !== 'MANIFEST_NOT_FOUND') throw error;
    return fail('USAGE', 'No environment is named, and this directory is in no project', {
      hint: 'Name one, `karapace list` shows what there is; or make a project of this directory: `karapace new <name>`.',
    });
  }
}
