import type { BuildOutcome, BuildResult, BuiltLayer } from '@karapace/core';

import { countLayers, describeBuild, type BuildFacts } from './describe-build.ts';
import { environmentRecord } from './environment-record.ts';
import { comparisonRecord } from './explain/comparison-record.ts';
import { fail } from './fail.ts';
import { escapeField } from './output/escape-controls.ts';
import { formatCount, formatDuration } from './output/format-quantity.ts';
import { JSON_FORMAT, type Output } from './output/output.ts';

/** @throws KarapaceError `BUILD_DIFFERS` */
export async function reportBuild(result: BuildResult, output: Output, facts: BuildFacts): Promise<number> {
  await checkSame(result);
  if (output.json) output.printJson({ format: JSON_FORMAT, ...buildRecord(result) });
  else output.print(output.quiet ? result.environment.short_id : describeBuild(result, facts));
  return 0;
}

/**
 * Tells of each of several manifests, in their order: what was built on stdout, what failed on stderr.
 *
 * @returns the exit code of the first that failed
 */
export async function reportBuilds(
  outcomes: readonly BuildOutcome[],
  output: Output,
  facts: BuildFacts,
): Promise<number> {
  const reported: Reported[] = [];
  for (const outcome of outcomes) reported.push(await reportOutcome(outcome, output));
  if (output.json) output.printJson(reported.map(({ record }) => ({ format: JSON_FORMAT, ...record })));
  const failed = reported.filter(({ exitCode }) => exitCode !== 0);
  if (!output.json && !output.quiet) output.print(describeAll(reported.length - failed.length, failed.length, facts));
  return failed[0]?.exitCode ?? 0;
}

interface Reported {
  readonly record: object;
  readonly exitCode: number;
}

async function reportOutcome(outcome: BuildOutcome, output: Output): Promise<Reported> {
  const { manifest } = outcome;
  try {
    if ('error' in outcome) throw outcome.error;
    const { result } = outcome;
    await checkSame(result);
    const { short_id, name } = result.environment;
    const named = name === undefined ? [] : [escapeField(name)];
    const line = [short_id, ...named, countLayers(result), escapeField(manifest)].join('  ');
    if (!output.json) output.print(output.quiet ? short_id : line);
    return { record: { manifest, ...buildRecord(result) }, exitCode: 0 };
  } catch (error) {
    const { reportError } = await import('./output/report-error.ts');
    output.note(`${escapeField(manifest)}:`);
    let record: object = {};
    const toRecord = { ...output, printJson: (value: unknown) => void (record = { manifest, ...(value as object) }) };
    const exitCode = reportError(error, { ...toRecord, json: true });
    return { record, exitCode };
  }
}

function describeAll(built: number, failed: number, { milliseconds, checked }: BuildFacts): string {
  const counts = [`${formatCount(built, 'environment')} built`, ...(failed === 0 ? [] : [`${failed} failed`])].join(
    ', ',
  );
  return `${counts}, in ${formatDuration(milliseconds)}${checked ? ', and built a second time' : ''}`;
}

/** What `--json` of a build has. */
export function buildRecord(result: BuildResult): object {
  const { environment, status, lockFile, lockWritten, layers, comparison } = result;
  const changes = new Map(comparison?.layers.map((layer) => [layer.name, layer]));
  const because = (layer: string): object | null => {
    const change = changes.get(layer);
    return change === undefined ? null : comparisonRecord(change);
  };
  return {
    ...environmentRecord(environment),
    status,
    lock: { file: lockFile, written: lockWritten },
    layers: layers.map(({ reused, ...layer }) => layerRecord(layer, reused, because(layer.name))),
    compared_with: comparison === undefined ? null : environmentRecord(comparison.before),
  };
}

function layerRecord({ name, key, tree }: BuiltLayer, reused: boolean, because: object | null): object {
  return { name, key, tree, reused, because };
}

async function checkSame({ differences }: BuildResult): Promise<void> {
  if (differences.length === 0) return;
  const names = differences.map(({ layer }) => `\`${layer}\``).join(', ');
  await fail('BUILD_DIFFERS', `Building again gave other bytes in layer ${names}`, {
    hint: 'Find out what writes these paths differently each time; if it is a package, report it to the plugin that installs it.',
    cause: differences.flatMap(({ layer, paths }) => paths.map((path) => `${layer}: ${path}`)).join('\n'),
  });
}
