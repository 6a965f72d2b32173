import type { BuildOptions, BuildResult, Karapace } from '@karapace/core';

import type { Action, Invocation } from '../arguments/verb.ts';
import type { Context } from '../context.ts';
import { describeBuild, type BuildFacts } from '../describe-build.ts';
import { environmentRecord } from '../environment-record.ts';
import { comparisonRecord } from '../explain/comparison-record.ts';
import { fail } from '../fail.ts';
import { listenForInterruption, type Interruption } from '../interruption.ts';
import { openQuietEngine } from '../open-engine.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { followProgress } from '../progress/follow-progress.ts';
import { tellStopped } from '../tell-stopped.ts';

/** `karapace build [manifest]`. */
export const build: Action = (invocation, context) => buildAs({ fresh: false }, invocation, context);

/** `karapace rebuild [manifest]`. */
export const rebuild: Action = (invocation, context) => buildAs({ fresh: true }, invocation, context);

async function buildAs(
  { fresh }: Pick<BuildOptions, 'fresh'>,
  invocation: Invocation,
  context: Context,
): Promise<number> {
  const options = { ...(await readOptions(invocation, context)), fresh };
  const startedAt = performance.now();
  await using engine = await openQuietEngine(context);
  using interruption = listenForInterruption(context.output);
  try {
    const result = await run(engine, { manifest: invocation.operands[0], options, interruption, context });
    return await report(result, context, {
      milliseconds: performance.now() - startedAt,
      checked: options.check === true,
      name: options.name,
    });
  } catch (error) {
    const signal = interruption.by();
    if (signal === undefined) throw error;
    const hint = 'Type the same command again: what was finished is kept.';
    return await tellStopped({ work: 'The build', hint }, signal, context);
  }
}

interface BuildRun {
  readonly manifest: string | undefined;
  readonly options: BuildOptions;
  readonly interruption: Interruption;
  readonly context: Context;
}

async function run(engine: Karapace, { manifest, options, interruption, context }: BuildRun): Promise<BuildResult> {
  using _progress = followProgress(engine.hooks, context.output);
  return await engine.build(manifest, { ...options, signal: interruption.signal });
}

async function readOptions({ options }: Invocation, { environment, directory }: Context): Promise<BuildOptions> {
  const { name, jobs } = options;
  if (options['locked'] === true && options['no-locked'] === true) {
    return fail('USAGE', '`--locked` and `--no-locked` contradict each other', { hint: 'Leave one of them out.' });
  }
  return {
    directory,
    locked: options['locked'] === true || (options['no-locked'] !== true && isInCi(environment) && 'if-present'),
    offline: options['offline'] === true,
    requirePinnedImage: options['require-pinned-image'] === true,
    check: options['check'] === true,
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof jobs === 'string' ? { jobs: await readJobs(jobs) } : {}),
  };
}

async function readJobs(text: string): Promise<number> {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  return fail('USAGE', `\`--jobs ${text}\` is not a number of layers`, {
    hint: 'Give a whole number from 1 on: `--jobs 4`.',
  });
}

function isInCi({ CI }: NodeJS.ProcessEnv): boolean {
  return CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0';
}

async function report(result: BuildResult, { output }: Context, facts: BuildFacts): Promise<number> {
  const { environment, differences } = result;
  if (differences.length > 0) return failCheck(result);
  if (output.json) {
    output.printJson({ format: JSON_FORMAT, ...environmentRecord(environment, facts.name), ...buildRecord(result) });
  } else {
    output.print(output.quiet ? environment.short_id : describeBuild(result, facts));
  }
  return 0;
}

function buildRecord({ status, lockFile, lockWritten, layers, comparison }: BuildResult): object {
  const changes = new Map(comparison?.layers.map((layer) => [layer.name, layer]));
  const because = (name: string): object | null => {
    const change = changes.get(name);
    return change === undefined ? null : comparisonRecord(change);
  };
  return {
    status,
    lock: { file: lockFile, written: lockWritten },
    layers: layers.map(({ name, key, tree, reused }) => ({ name, key, tree, reused, because: because(name) })),
    compared_with: comparison === undefined ? null : environmentRecord(comparison.before),
  };
}

function failCheck({ differences }: BuildResult): Promise<never> {
  const names = differences.map(({ layer }) => `\`${layer}\``).join(', ');
  return fail('BUILD_DIFFERS', `Building again gave other bytes in layer ${names}`, {
    hint: 'Find out what writes these paths differently each time; if it is a package, report it to the plugin that installs it.',
    cause: differences.flatMap(({ layer, paths }) => paths.map((path) => `${layer}: ${path}`)).join('\n'),
  });
}
