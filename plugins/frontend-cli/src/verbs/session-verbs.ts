import type { Verb } from '../arguments/verb.ts';

/** Commands that run something inside, and end it. */
export const SESSION_VERBS: readonly Verb[] = [
  {
    name: 'enter',
    operands: [{ name: 'env', kind: 'environment' }],
    aliases: ['shell'],
    summary: 'Open a shell in an environment',
    options: [],
    examples: ['karapace enter dev'],
    advice: 'To run one command, type `karapace exec <env> -- <command>`.',
    load: async () => (await import('../commands/enter.ts')).enter,
  },
  {
    name: 'exec',
    operands: [{ name: 'env', kind: 'environment' }],
    aliases: ['run'],
    summary: 'Run a command in an environment and exit with its code',
    options: [],
    examples: ['karapace exec dev -- git --version', 'tar c . | karapace exec dev -- tar tv'],
    advice: 'For example: `karapace exec dev -- git --version`.',
    child: 'required',
    load: async () => (await import('../commands/exec.ts')).exec,
  },
  {
    name: 'stop',
    operands: [{ name: 'env', kind: 'environment' }],
    aliases: [],
    summary: 'End every session of an environment',
    options: [
      {
        flags: '-t, --time <seconds>',
        summary: 'Kill what has not ended after so many seconds (default 5)',
        kind: 'seconds',
      },
    ],
    examples: ['karapace stop dev'],
    load: async () => (await import('../commands/stop.ts')).stop,
  },
];
