import type { BuildResult, Environment } from '@karapace/core';

import { referenceTo } from './describe-environment.ts';
import { describeChanges } from './explain/describe-changes.ts';
import { escapeField } from './output/escape-controls.ts';
import { formatCount, formatDuration } from './output/format-quantity.ts';
import { formatState } from './output/format-state.ts';

export interface BuildFacts {
  readonly milliseconds: number;
  /** Everything was built a second time and came out the same. */
  readonly checked: boolean;
}

/** What people read after a build. */
export function describeBuild(result: BuildResult, { milliseconds, checked }: BuildFacts): string {
  const { environment, lockFile, lockWritten } = result;
  const title = [formatState(environment.state), ...titleOf(environment), `in ${formatDuration(milliseconds)}`];
  const head = [title.join('  '), ...describeOtherNames(environment)];
  const check = checked ? ['Built a second time: every layer has the same bytes.'] : [];
  return [
    ...head,
    countLayers(result),
    ...(result.status === 'unchanged' ? [] : [describeChanges(result)]),
    ...check,
    ...(lockWritten ? [`Lock: ${escapeField(lockFile)}`] : []),
    nextStep(environment),
  ].join('\n');
}

function nextStep(environment: Environment): string {
  const reference = referenceTo(environment);
  if (environment.state === 'Archived') return `Next: karapace unarchive ${reference}, which lets you enter it`;
  // Its id would not say for which project it is entered.
  if (isSharedWithoutName(environment))
    return `Next, in ${escapeField(environment.project)}: karapace enter   or: karapace exec -- <command>`;
  return `Next: karapace enter ${reference}   or: karapace exec ${reference} -- <command>`;
}

function isSharedWithoutName({ name, names }: Environment): boolean {
  return name === undefined && names.length > 0;
}

export function countLayers({ status, layers }: BuildResult): string {
  if (status === 'unchanged') return 'Nothing changed.';
  const reused = layers.filter((layer) => layer.reused).length;
  return `${formatCount(layers.length - reused, 'layer')} built, ${reused} reused`;
}

function titleOf({ name, short_id }: Environment): readonly string[] {
  return name === undefined ? [short_id] : [escapeField(name), short_id];
}

function describeOtherNames({ name, names }: Environment): readonly string[] {
  const others = names.filter((each) => each !== name);
  return others.length === 0 ? [] : [`Also named: ${others.map(escapeField).join(', ')}`];
}
