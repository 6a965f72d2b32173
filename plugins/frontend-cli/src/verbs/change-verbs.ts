import type { Verb } from '../arguments/verb.ts';

/** Commands about what was changed inside. */
export const CHANGE_VERBS: readonly Verb[] = [
  {
    name: 'diff',
    operands: [{ name: 'env', kind: 'environment', isOptional: true }],
    aliases: [],
    summary: 'Show what was changed inside since the build',
    options: [],
    examples: ['karapace diff dev'],
    load: async () => (await import('../commands/diff.ts')).diff,
  },
  {
    name: 'commit',
    operands: [{ name: 'env', kind: 'environment', isOptional: true }],
    aliases: [],
    summary: 'Keep what was changed inside as a snapshot',
    options: [{ flags: '-m, --message <text>', summary: 'Say what it is' }],
    examples: ['karapace commit dev -m "with my tools"'],
    load: async () => (await import('../commands/commit.ts')).commit,
  },
  {
    name: 'snapshots',
    operands: [{ name: 'env', kind: 'environment', isOptional: true }],
    aliases: [],
    summary: 'List the snapshots of an environment',
    options: [],
    examples: ['karapace snapshots dev'],
    load: async () => (await import('../commands/snapshots.ts')).snapshots,
  },
  {
    name: 'restore',
    operands: [
      { name: 'env', kind: 'environment' },
      { name: 'snapshot', kind: 'snapshot' },
    ],
    aliases: [],
    summary: 'Make an environment what it was when a snapshot was made; asks on a terminal',
    options: [{ flags: '-y, --yes', summary: 'Do not ask' }],
    examples: ['karapace restore dev 3f9a2c71d0e4'],
    load: async () => (await import('../commands/restore.ts')).restore,
  },
];
