import type { EnvironmentState } from '@karapace/core';

const SHAPES: Readonly<Record<EnvironmentState, string>> = {
  Defined: '.',
  Built: '=',
  Running: '>',
  Frozen: '*',
  Archived: '#',
};

/** A shape and a word, so that nobody depends on a colour. */
export function formatState(state: EnvironmentState): string {
  return `${SHAPES[state]} ${state}`;
}
