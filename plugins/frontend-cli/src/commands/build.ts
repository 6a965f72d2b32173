import type { BuildOptions, Karapace } from '@karapace/core';

import type { Action, Invocation } from '../arguments/verb.ts';
import type { Context } from '../context.ts';
import { fail } from '../fail.ts';
import { listenForInterruption } from '../interruption.ts';
import { now } from '../now.ts';
import { openQuietEngine } from '../open-engine.ts';
import { followProgress } from '../progress/follow-progress.ts';
import { tellStopped } from '../tell-stopped.ts';
import { readLockOptions } from '../read-lock-options.ts';
import { reportBuild, reportBuilds } from '../report-build.ts';

/** `karapace build [manifest...]`. */
export const build: Action = (invocation, context) => buildAs({ fresh: false }, invocation, context);

/** `karapace rebuild [manifest...]`. */
export const rebuild: Action = (invocation, context) => buildAs({ fresh: true }, invocation, context);

async function buildAs(
  { fresh }: Pick<BuildOptions, 'fresh'>,
  invocation: Invocation,
  context: Context,
): Promise<number> {
  const options = { ...(await readOptions(invocation, context)), fresh };
  const manifests = await readManifests(invocation, context);
  await using engine = await openQuietEngine(context);
  using interruption = listenForInterruption(context.output);
  const interruptible = { ...options, signal: interruption.signal };
  try {
    if (typeof manifests === 'object')
      return await buildSeveral(engine, { manifests, options: interruptible, context });
    return await buildOne(engine, { manifest: manifests, options: interruptible, context });
  } catch (error) {
    const signal = interruption.by();
    if (signal === undefined) throw error;
    const left =
      typeof manifests === 'object' ? 'Each environment is as it was, or built as a whole' : 'Everything is as it was';
    const hint = `${left}. Type the same command again: what was fetched is kept.`;
    return await tellStopped({ work: 'The build', hint }, signal, context);
  }
}

interface Order {
  readonly options: BuildOptions;
  readonly context: Context;
}

async function buildOne(
  engine: Karapace,
  { manifest, options, context }: Order & { readonly manifest: string | undefined },
): Promise<number> {
  const startedAt = now();
  const { output } = context;
  const result = await showing(engine, context, () => engine.build(manifest, options));
  const facts = { milliseconds: now() - startedAt, checked: options.check === true };
  return reportBuild(result, output, facts);
}

async function buildSeveral(
  engine: Karapace,
  { manifests, options, context }: Order & { readonly manifests: readonly string[] },
): Promise<number> {
  const startedAt = now();
  const outcomes = await showing(engine, context, () => engine.buildAll(manifests, options));
  options.signal?.throwIfAborted();
  const facts = { milliseconds: now() - startedAt, checked: options.check === true };
  return reportBuilds(outcomes, context.output, facts);
}

async function showing<T>(engine: Karapace, { output }: Context, action: () => Promise<T>): Promise<T> {
  using _progress = followProgress(engine.hooks, output);
  return await action();
}

/** Several are a list; one, or the one that is found, is none. */
async function readManifests(
  { operands, options }: Invocation,
  { directory }: Context,
): Promise<readonly string[] | string | undefined> {
  const isAll = options['all'] === true;
  if (!isAll && operands.length < 2) return operands[0];
  if (isAll && operands.length > 0)
    return fail('USAGE', '`--all` takes no manifest', { hint: 'Leave out `--all`, or what follows it.' });
  if (options['name'] !== undefined)
    return fail('USAGE', '`--name` cannot name several environments', { hint: 'Build one of them with `--name`.' });
  if (!isAll) return operands;
  const { findManifests } = await import('../find-manifests.ts');
  return findManifests(directory);
}

async function readOptions({ options }: Invocation, context: Context): Promise<BuildOptions> {
  const { name, jobs } = options;
  return {
    ...(await readLockOptions(options, context)),
    requirePinnedImage: options['require-pinned-image'] === true,
    check: options['check'] === true,
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof jobs === 'string' ? { jobs: await readJobs(jobs) } : {}),
  };
}

async function readJobs(text: string): Promise<number> {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  return fail('USAGE', `\`--jobs ${text}\` is not a number of build steps`, {
    hint: 'Give a whole number from 1 on: `--jobs 4`.',
  });
}
