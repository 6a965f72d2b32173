import type { BuildResult, LayerComparison } from '@karapace/core';

import { describeEnvironment } from '../describe-environment.ts';
import { escapeField } from '../output/escape-controls.ts';
import { formatTable } from '../output/format-table.ts';
import { phraseDifference } from './describe-difference.ts';
import { listParents } from './describe-comparison.ts';
import { splitConsequences } from './split-consequences.ts';

/** Differences of one layer that a build tells of; `karapace why` tells of all. */
const FEW = 3;

type Changed = Pick<BuildResult, 'layers' | 'comparison'>;

/** Of each layer of a build: whether it was built, and because of what. */
export function describeChanges({ layers, comparison }: Changed): string {
  const changes = new Map(comparison?.layers.map((layer) => [layer.name, layer]));
  const rows = layers.map(({ name, reused }) => {
    const what = reused ? 'reused' : 'built';
    return [`  ${escapeField(name)}`, `${what}${phraseReason(changes.get(name), reused)}`];
  });
  const gone = [...changes.values()].filter(({ verdict }) => verdict === 'removed');
  const table = formatTable([...rows, ...gone.map(({ name }) => [`  ${escapeField(name)}`, 'gone'])]);
  return comparison === undefined ? table : `Compared with ${describeEnvironment(comparison.before)}:\n${table}`;
}

function phraseReason(change: LayerComparison | undefined, reused: boolean): string {
  if (change === undefined) return '';
  const reason = phraseChange(change);
  if (reused) return reason === undefined ? '' : `, for the store had it: ${reason}`;
  if (reason === undefined) return ': the store did not have it any more';
  return `: ${reason}${change.hasSameBytes ? '; the bytes are the same as before' : ''}`;
}

function phraseChange(change: LayerComparison): string | undefined {
  switch (change.verdict) {
    case 'same':
      return undefined;
    case 'parents':
      return `only because of what it stands on: ${listParents(change)}`;
    case 'inputs':
      return `${phraseInputs(change)}${change.parents.length === 0 ? '' : `, and what it stands on: ${listParents(change)}`}`;
    case 'added':
    case 'removed':
      return change.differences.length === 0 ? 'it is new' : `it is new, with ${phraseInputs(change)}`;
  }
}

function phraseInputs({ differences, kind, verdict }: LayerComparison): string {
  const { causes } = splitConsequences(differences);
  const texts = causes.slice(0, FEW).map((difference) => {
    const text = phraseDifference(difference, { whole: false, kind });
    const isNamed = verdict === 'added' || difference.change === 'changed' || difference.change === 'moved';
    return isNamed ? text : `${text} ${difference.change}`;
  });
  const more = causes.length - texts.length;
  return [...texts, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
