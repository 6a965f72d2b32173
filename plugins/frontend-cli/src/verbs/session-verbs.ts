import type { Verb } from '../arguments/verb.ts';
import { enter } from '../commands/enter.ts';
import { exec } from '../commands/exec.ts';
import { LOCK_OPTIONS } from './lock-options.ts';

/** Commands that run something inside, and end it. */
export const SESSION_VERBS: readonly Verb[] = [
  {
    name: 'enter',
    operands: [{ name: 'env', kind: 'environment', isOptional: true }],
    aliases: ['shell'],
    summary: 'Open a shell in an environment, or in that of the project here, which is built first if need be',
    options: LOCK_OPTIONS,
    examples: ['karapace enter dev', 'karapace shell', 'karapace shell -- make test'],
    child: 'optional',
    load: async () => enter,
  },
  {
    name: 'exec',
    operands: [{ name: 'env', kind: 'environment', isOptional: true }],
    aliases: ['run'],
    summary: 'Run a command in an environment, or in that of the project here, and exit with its code',
    options: LOCK_OPTIONS,
    examples: [
      'karapace exec dev -- git --version',
      'karapace run -- make test',
      'tar c . | karapace exec dev -- tar tv',
    ],
    advice: 'For example: `karapace exec dev -- git --version`.',
    child: 'required',
    load: async () => exec,
  },
  {
    name: 'stop',
    operands: [{ name: 'env', kind: 'environment', isOptional: true }],
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
