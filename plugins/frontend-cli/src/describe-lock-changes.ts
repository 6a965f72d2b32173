import type { LockChange } from '@karapace/core';

import { escapeField } from './output/escape-controls.ts';
import { formatBytes, formatCount } from './output/format-quantity.ts';
import { formatTable } from './output/format-table.ts';

/** As many lines as are read before they are passed over. */
const MOST_LINES = 30;

/**
 * One line for each package that comes, changes or goes, with versions and sizes; of very many, only those that the
 * manifest asks for, and how many there are besides.
 */
export function describeLockChanges(changes: readonly LockChange[], isVerbose: boolean): string {
  const isShort = isVerbose || changes.length <= MOST_LINES;
  const shown = isShort ? changes : changes.filter(({ isAsked }) => isAsked).slice(0, MOST_LINES);
  const rest = changes.length - shown.length;
  const more = rest === 0 ? [] : [`  and ${formatCount(rest, 'package')} more; --verbose shows all`];
  return [...(shown.length === 0 ? [] : [formatTable(shown.map(rowOf))]), ...more].join('\n');
}

/** `Packages: 2 more, 1 changed, 1 less; 4.2 MiB to download`. */
export function countLockChanges(changes: readonly LockChange[]): string {
  const more = changes.filter(({ before }) => before === null).length;
  const less = changes.filter(({ after }) => after === null).length;
  const changed = changes.length - more - less;
  const counts = [
    ...(more === 0 ? [] : [`${more} more`]),
    ...(changed === 0 ? [] : [`${changed} changed`]),
    ...(less === 0 ? [] : [`${less} less`]),
  ];
  const bytes = changes.reduce((sum, { after }) => sum + (after?.size ?? 0), 0);
  const download = bytes === 0 ? '' : `; ${formatBytes(bytes)} to download`;
  return `Packages: ${counts.join(', ')}${download}`;
}

/** Where nothing would change. */
export function describeCurrent(packages: readonly string[]): string {
  const of = packages.length === 0 ? '' : ` of ${packages.map(escapeField).join(', ')}`;
  return `The lock has what there is${of}.`;
}

/** For JSON. */
export function lockChangeRecord({ isAsked, ...change }: LockChange): object {
  return { ...change, is_asked: isAsked };
}

function rowOf({ name, arch, of, isAsked, before, after }: LockChange): string[] {
  const sign = before === null ? '+' : after === null ? '-' : '~';
  const versions = [before, after].flatMap((pin) => (pin === null ? [] : [pin.version])).join(' → ');
  const note = of === 'image' ? '(image)' : isAsked ? '' : '(dependency)';
  return [`  ${sign}`, `${name}:${arch}`, versions, sizeOf(before, after), note].map(escapeField);
}

function sizeOf(before: LockChange['before'], after: LockChange['after']): string {
  if (before === null || after === null) return formatBytes((before ?? after)?.size ?? 0);
  const difference = after.size - before.size;
  if (difference === 0) return formatBytes(after.size);
  return `${formatBytes(after.size)} (${difference < 0 ? '-' : '+'}${formatBytes(Math.abs(difference))})`;
}
