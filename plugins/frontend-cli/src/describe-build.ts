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
  const { environment, status, layers, lockFile, lockWritten } = result;
  const called = name ?? environment.names[0];
  const reference = called ?? environment.short_id;
  const title = [formatState(environment.state), ...titleOf(environment, called), `in ${formatDuration(milliseconds)}`];
  const head = [title.join('  '), ...describeOtherNames(environment, called)];
  const next = `Next: karapace enter ${reference}   or: karapace exec ${reference} -- <command>`;
  const check = checked ? ['Built a second time: every layer has the same bytes.'] : [];
  if (status === 'unchanged') return [...head, 'Nothing changed.', ...check, next].join('\n');
  const reused = layers.filter((layer) => layer.reused).length;
  const counts = `${formatCount(layers.length - reused, 'layer')} built, ${reused} reused`;
  const lock = lockWritten ? [`Lock: ${escapeField(lockFile)}`] : [];
  return [...head, counts, describeChanges(result), ...check, ...lock, next].join('\n');
}

function titleOf({ short_id }: Environment, name: string | undefined): readonly string[] {
  return name === undefined ? [short_id] : [escapeField(name), short_id];
}

function describeOtherNames({ names }: Environment, name: string | undefined): readonly string[] {
  const others = names.filter((each) => each !== name);
  return others.length === 0 ? [] : [`Also named: ${others.map(escapeField).join(', ')}`];
}
