import type { BuildResult, Environment } from '@karapace/core';

import { describeChanges } from './explain/describe-changes.ts';
import { escapeField } from './output/escape-controls.ts';
import { formatCount, formatDuration } from './output/format-quantity.ts';
import { formatState } from './output/format-state.ts';

export interface BuildFacts {
  readonly milliseconds: number;
  /** Everything was built a second time and came out the same. */
  readonly checked: boolean;
  /** The name that was just given to it. */
  readonly name: string | undefined;
}

/** What people read after a build. */
export function describeBuild(result: BuildResult, { milliseconds, checked, name }: BuildFacts): string {
  const { environment, lockFile, lockWritten } = result;
  const called = name ?? nameOf(environment);
  const reference = called ?? environment.short_id;
  const title = [formatState(environment.state), ...titleOf(environment, called), `in ${formatDuration(milliseconds)}`];
  const head = [title.join('  '), ...describeOtherNames(environment, called)];
  const check = checked ? ['Built a second time: every layer has the same bytes.'] : [];
  return [
    ...head,
    countLayers(result),
    ...(result.status === 'unchanged' ? [] : [describeChanges(result)]),
    ...check,
    ...(lockWritten ? [`Lock: ${escapeField(lockFile)}`] : []),
    nextStep(environment, reference),
  ].join('\n');
}

/** Others were given for other projects that have the same environment. */
function nameOf({ names, name_projects, project }: Environment): string | undefined {
  return names.find((name) => name_projects.get(name) === project);
}

function nextStep({ state }: Environment, reference: string): string {
  if (state === 'Archived') return `Next: karapace unarchive ${reference}, which lets you enter it`;
  return `Next: karapace enter ${reference}   or: karapace exec ${reference} -- <command>`;
}

export function countLayers({ status, layers }: BuildResult): string {
  if (status === 'unchanged') return 'Nothing changed.';
  const reused = layers.filter((layer) => layer.reused).length;
  return `${formatCount(layers.length - reused, 'layer')} built, ${reused} reused`;
}

function titleOf({ short_id }: Environment, name: string | undefined): readonly string[] {
  return name === undefined ? [short_id] : [escapeField(name), short_id];
}

function describeOtherNames({ names }: Environment, name: string | undefined): readonly string[] {
  const others = names.filter((each) => each !== name);
  return others.length === 0 ? [] : [`Also named: ${others.map(escapeField).join(', ')}`];
}
