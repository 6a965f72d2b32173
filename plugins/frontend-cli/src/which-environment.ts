import type { Environment, Karapace } from '@karapace/core';

import type { Context } from './context.ts';
import { referenceTo } from './describe-environment.ts';
import { fail } from './fail.ts';

/** What a command is about: the environment that was named, else that of the project the person stands in. */
export async function whichEnvironment(named: string | undefined, engine: Karapace, context: Context): Promise<string> {
  if (named !== undefined) return named;
  return inProject(async () => referenceTo(await engine.ofProject(context.directory)));
}

/** As `whichEnvironment`, with the environment; its project is the one whose directories are mounted. */
export async function whichToEnter(named: string | undefined, engine: Karapace, context: Context): Promise<ToEnter> {
  if (named !== undefined) return { reference: named, project: undefined, environment: await engine.inspect(named) };
  const environment = await inProject(() => engine.ofProject(context.directory));
  return { reference: environment.env_id, project: environment.project, environment };
}

export interface ToEnter {
  readonly reference: string;
  /** `undefined` where the reference says which. */
  readonly project: string | undefined;
  readonly environment: Environment;
}

/** The project that the person stands in, where it has this environment. */
export async function projectHere(
  { env_id }: Environment,
  engine: Karapace,
  { directory }: Context,
): Promise<string | undefined> {
  const { KarapaceError } = await import('@karapace/core');
  try {
    const here = await engine.ofProject(directory);
    return here.env_id === env_id ? here.project : undefined;
  } catch (error) {
    const isNone = error instanceof KarapaceError && NONE_HERE.includes(error.code);
    if (isNone) return undefined;
    throw error;
  }
}

const NONE_HERE: readonly string[] = ['MANIFEST_NOT_FOUND', 'ENVIRONMENT_NOT_FOUND'];

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
