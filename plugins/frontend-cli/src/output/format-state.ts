import type { EnvironmentState } from '@karapace/core';

const SHAPES: Readonly<Record<EnvironmentState | 'Damaged', string>> = {
  Defined: '.',
  Built: '=',
  Running: '>',
  Frozen: '*',
  Archived: '#',
  Damaged: '!',
};

/** A shape and a word, so that nobody depends on a colour. */
export function formatState(state: EnvironmentState | 'Damaged'): string {
  return `${SHAPES[state]} ${state}`;
}
