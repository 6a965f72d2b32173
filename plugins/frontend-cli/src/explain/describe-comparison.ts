import type { EnvironmentComparison, LayerComparison } from '@karapace/core';

import { describeEnvironment, referenceTo } from '../describe-environment.ts';
import { escapeField } from '../output/escape-controls.ts';
import { formatCount } from '../output/format-quantity.ts';
import type { ValueOptions } from './contrast.ts';
import { describeDifference } from './describe-difference.ts';
import { MANIFEST } from './name-input.ts';
import { splitConsequences } from './split-consequences.ts';

/** Differences of one layer that are shown where not all of them are asked for. */
const FEW = 5;

/** What people read of two environments: every layer, and of those that differ the inputs that do. */
export function describeComparison(comparison: EnvironmentComparison, options: ValueOptions): string {
  const { before, after, layers, intent } = comparison;
  const names = { before: escapeField(referenceTo(before)), after: escapeField(referenceTo(after)) };
  if (before.env_id === after.env_id) return `${describeEnvironment(after)} is compared with itself: nothing differs.`;
  const head = `From ${describeEnvironment(before)} to ${describeEnvironment(after)}:`;
  const width = Math.max(...layers.map(({ name }) => escapeField(name).length));
  const blocks = layers.map((layer) => describeLayer(layer, { ...options, names, width }));
  return [head, ...blocks.flat(), ...describeIntent(intent, options)].join('\n');
}

interface LayerOptions extends ValueOptions {
  readonly names: { readonly before: string; readonly after: string };
  readonly width: number;
}

const SIGNS = { same: '=', inputs: '~', parents: '~', added: '+', removed: '-' } as const;

function describeLayer(layer: LayerComparison, options: LayerOptions): readonly string[] {
  const title = `${SIGNS[layer.verdict]} ${escapeField(layer.name).padEnd(options.width)}`;
  return [`${title}  ${phraseVerdict(layer, options.names)}`, ...listDifferences(layer, options)];
}

function phraseVerdict(layer: LayerComparison, names: LayerOptions['names']): string {
  switch (layer.verdict) {
    case 'same':
      return 'the same';
    case 'added':
      return `only in ${names.after}`;
    case 'removed':
      return `only in ${names.before}`;
    case 'inputs':
      return `${countDifferences(layer)}${phraseParents(layer)}${phraseBytes(layer)}`;
    case 'parents':
      return `differs only because of what it stands on: ${listParents(layer)}${phraseBytes(layer)}`;
  }
}

function countDifferences({ differences: { length } }: LayerComparison): string {
  return `${formatCount(length, 'input')} ${length === 1 ? 'differs' : 'differ'}`;
}

/** Where a layer differs by itself and because of those below. */
function phraseParents(layer: LayerComparison): string {
  return layer.parents.length === 0 ? '' : `, and so does what it stands on: ${listParents(layer)}`;
}

/** Early cut-off, in words. */
function phraseBytes({ hasSameBytes }: LayerComparison): string {
  return hasSameBytes ? '; the bytes are the same, so nothing above differs because of it' : '';
}

export function listParents({ parents }: LayerComparison): string {
  return parents.map(escapeField).join(', ');
}

function listDifferences({ differences, kind, paths }: LayerComparison, { whole }: ValueOptions): readonly string[] {
  const { causes, consequences } = splitConsequences(differences);
  const shown = whole ? differences : causes;
  const lines = shown.map((difference) => `    ${describeDifference(difference, { whole, kind })}`);
  const rest =
    whole || consequences.length === 0 ? [] : [`    and ${consequences.length} in the steps, which name these`];
  const content = paths.map((path) => `      ${escapeField(path)}`);
  return [...cut(lines, whole), ...rest, ...cut(content, whole)];
}

function describeIntent(intent: EnvironmentComparison['intent'], { whole }: ValueOptions): readonly string[] {
  if (intent.length === 0) return [];
  const lines = intent.map((difference) => `    ${describeDifference(difference, { whole, kind: MANIFEST })}`);
  return ['What the manifests ask for:', ...cut(lines, whole)];
}

function cut(lines: readonly string[], whole: boolean): readonly string[] {
  if (whole || lines.length <= FEW) return lines;
  return [...lines.slice(0, FEW), `    and ${lines.length - FEW} more: add \`--verbose\``];
}
