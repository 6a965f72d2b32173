import type { Verb } from '../arguments/verb.ts';
import { list } from '../commands/list.ts';

/** Commands that say what there is, what it is made of, and because of what. */
export const EXPLAIN_VERBS: readonly Verb[] = [
  {
    name: 'list',
    operands: [],
    aliases: ['ls'],
    summary: 'List the environments of the store',
    options: [],
    examples: ['karapace list', 'karapace list --json'],
    load: async () => list,
  },
  {
    name: 'inspect',
    operands: [{ name: 'env', kind: 'environment', isOptional: true }],
    aliases: [],
    summary: 'Show what an environment is made of, or make a launcher of it',
    options: [
      { flags: '--plan', summary: 'Show what entering it would do, operation by operation' },
      {
        flags: '--launcher',
        summary: 'Print a program of the shell that enters it, or runs a command in it, without Node',
      },
      { flags: '-o, --output <file>', summary: 'Write the launcher to a file', kind: 'file' },
    ],
    examples: [
      'karapace inspect dev --json',
      'karapace inspect dev --plan',
      'karapace inspect dev --launcher --output ~/.local/bin/dev',
    ],
    load: async () => (await import('../commands/inspect.ts')).inspect,
  },
  {
    name: 'why',
    operands: [
      { name: 'env', kind: 'environment', isOptional: true },
      { name: 'other-env', kind: 'environment', isOptional: true },
    ],
    aliases: [],
    summary: 'Say what the layers of an environment are made of, or why those of two differ',
    options: [],
    examples: ['karapace why dev', 'karapace why dev web --verbose'],
    load: async () => (await import('../commands/why.ts')).why,
  },
  {
    name: 'graph',
    operands: [{ name: 'env', kind: 'environment', isOptional: true }],
    aliases: [],
    summary: 'Draw the layers of an environment',
    options: [
      { flags: '--dot', summary: 'As text for Graphviz' },
      { flags: '--svg', summary: 'As a picture for browsers' },
      { flags: '-o, --output <file>', summary: 'Write it to a file', kind: 'file' },
    ],
    examples: ['karapace graph dev', 'karapace graph dev --svg --output dev.svg'],
    load: async () => (await import('../commands/graph.ts')).graph,
  },
  {
    name: 'logs',
    operands: [{ name: 'env', kind: 'environment', isOptional: true }],
    aliases: [],
    summary: 'Show everything that the steps of a build printed',
    options: [{ flags: '--layer <layer>', summary: 'Of this layer alone: its name, or how its key begins' }],
    examples: ['karapace logs dev', 'karapace logs dev --layer packages', 'karapace logs --layer 3f9a2c71d0e4'],
    load: async () => (await import('../commands/logs.ts')).logs,
  },
];
