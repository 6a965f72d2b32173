import type { FailedRepair, RepairReport } from '@karapace/core';

import { describeEnvironment } from './describe-findings.ts';
import { escapeField } from './output/escape-controls.ts';
import { formatCount } from './output/format-quantity.ts';

/** What a repair did, for people. */
export function describeRepair({ damaged, moved, made, rebuilt, lost, failed }: RepairReport): string {
  return [
    ...(damaged === null ? [] : [`Moved ${formatCount(moved.length, 'file')} to ${damaged}:`, ...indented(moved)]),
    ...(made.length === 0 ? [] : [`Made ${formatCount(made.length, 'file')}:`, ...indented(made)]),
    ...rebuilt.map((environment) => `Fetched and built again what was missing of ${describeEnvironment(environment)}.`),
    ...lost.map(({ file, what }) => `Lost: ${escapeField(what)} (${escapeField(file)}).`),
    ...failed.flatMap(describeFailed),
  ].join('\n');
}

function indented(files: readonly string[]): readonly string[] {
  return files.map((file) => `  ${escapeField(file)}`);
}

function describeFailed({ environment, code, message, fix }: FailedRepair): readonly string[] {
  const line = `Could not build ${describeEnvironment(environment)} again: [${code}] ${escapeField(message)}`;
  return fix === null ? [line] : [line, `  fix: ${escapeField(fix)}`];
}
