import type { Environment } from '@karapace/core';

import { escapeField } from './output/escape-controls.ts';

type Named = Pick<Environment, 'name' | 'names' | 'short_id'>;

/** All its names and its short id. */
export function describeEnvironment({ names, short_id }: Omit<Named, 'name'>): string {
  return names.length === 0 ? short_id : `${names.map(escapeField).join(', ')} (${short_id})`;
}

/** What to type for it. */
export function referenceTo({ name, short_id }: Omit<Named, 'names'>): string {
  return name ?? short_id;
}
