import type { GcPlan } from '@karapace/core';

import { escapeField } from './output/escape-controls.ts';
import { formatBytes, formatCount } from './output/format-quantity.ts';
import { formatTable } from './output/format-table.ts';

const SHORT = 12;

export function isNothing(plan: GcPlan): boolean {
  const { environments, layers, trees, checkouts, archives, objects } = plan;
  return [environments.length, layers.length, trees, checkouts, archives, objects].every((count) => count === 0);
}

/** What is to go, as tables for people; heaviest first, as the plan has it. */
export function describeGarbage({ environments, layers, bytes }: GcPlan): string {
  const environmentRows = environments.map(({ env_id, bytes: size, last_used, project }) => [
    env_id.slice(0, SHORT),
    formatBytes(size),
    formatTime(last_used),
    escapeField(project),
  ]);
  const layerRows = layers.map(({ key, bytes: size, last_used, kind }) => [
    key.slice(0, SHORT),
    formatBytes(size),
    formatTime(last_used),
    escapeField(kind),
  ]);
  return [
    ...tableOf(['ENVIRONMENT', 'BYTES', 'LAST USED', 'PROJECT'], environmentRows),
    ...tableOf(['LAYER', 'BYTES', 'LAST USED', 'KIND'], layerRows),
    `To be freed: ${formatBytes(bytes)}.`,
  ].join('\n\n');
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [formatTable([head, ...rows])];
}

function formatTime(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

/** `1 environment, 2 layers, 30 objects`. */
export function describeRest({ environments, layers, trees, checkouts, archives, objects }: GcPlan): string {
  const counts: readonly (readonly [number, string])[] = [
    [environments.length, 'environment'],
    [layers.length, 'layer'],
    [trees, 'tree'],
    [checkouts, 'checkout'],
    [archives, 'archive'],
    [objects, 'object'],
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, noun]) => formatCount(count, noun))
    .join(', ');
}
