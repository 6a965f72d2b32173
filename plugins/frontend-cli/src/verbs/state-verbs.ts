import type { Verb } from '../arguments/verb.ts';

/** Commands that give an environment another name or state, or remove it. */
export const STATE_VERBS: readonly Verb[] = [
  {
    name: 'rename',
    operands: [
      { name: 'env', kind: 'environment' },
      { name: 'new-name', kind: 'text' },
    ],
    aliases: [],
    summary: 'Give an environment another name',
    options: [],
    examples: ['karapace rename dev work'],
    load: async () => (await import('../commands/rename.ts')).rename,
  },
  {
    name: 'freeze',
    operands: [{ name: 'env', kind: 'environment', isOptional: true }],
    aliases: [],
    summary: 'Throw away from now on what is changed inside',
    options: [],
    examples: ['karapace freeze dev'],
    load: async () => (await import('../commands/mark.ts')).freeze,
  },
  {
    name: 'thaw',
    operands: [{ name: 'env', kind: 'environment', isOptional: true }],
    aliases: [],
    summary: 'Keep what is changed inside again',
    options: [],
    examples: ['karapace thaw dev'],
    load: async () => (await import('../commands/mark.ts')).thaw,
  },
  {
    name: 'archive',
    operands: [{ name: 'env', kind: 'environment', isOptional: true }],
    aliases: [],
    summary: 'Keep an environment, and let nobody enter it',
    options: [],
    examples: ['karapace archive dev'],
    load: async () => (await import('../commands/mark.ts')).archive,
  },
  {
    name: 'unarchive',
    operands: [{ name: 'env', kind: 'environment', isOptional: true }],
    aliases: [],
    summary: 'Bring an archived environment back',
    options: [],
    examples: ['karapace unarchive dev'],
    load: async () => (await import('../commands/mark.ts')).unarchive,
  },
  {
    name: 'destroy',
    operands: [{ name: 'env', kind: 'environment' }],
    aliases: ['rm'],
    summary: 'Remove an environment and what was changed inside; asks on a terminal',
    options: [{ flags: '-y, --yes', summary: 'Do not ask' }],
    examples: ['karapace destroy dev --yes'],
    load: async () => (await import('../commands/destroy.ts')).destroy,
  },
];
