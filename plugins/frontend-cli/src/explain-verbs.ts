import type { Verb } from './arguments/verb.ts';

/** Commands that say what there is, what it is made of, and because of what. */
export const EXPLAIN_VERBS: readonly Verb[] = [
  {
    name: 'list',
    operands: '',
    aliases: ['ls'],
    summary: 'List the environments of the store',
    options: [],
    examples: ['karapace list', 'karapace list --json'],
    isLauncher: false,
    load: async () => (await import('./commands/list.ts')).list,
  },
  {
    name: 'inspect',
    operands: '<env>',
    aliases: [],
    summary: 'Show what an environment is made of',
    options: [],
    examples: ['karapace inspect dev --json'],
    isLauncher: false,
    load: async () => (await import('./commands/inspect.ts')).inspect,
  },
  {
    name: 'why',
    operands: '<env> [other-env]',
    aliases: [],
    summary: 'Say what the layers of an environment are made of, or why those of two differ',
    options: [],
    examples: ['karapace why dev', 'karapace why dev web --verbose'],
    isLauncher: false,
    load: async () => (await import('./commands/why.ts')).why,
  },
  {
    name: 'graph',
    operands: '<env>',
    aliases: [],
    summary: 'Draw the layers of an environment',
    options: [
      { flags: '--dot', summary: 'As text for Graphviz' },
      { flags: '--svg', summary: 'As a picture for browsers' },
      { flags: '-o, --output <file>', summary: 'Write it to a file' },
    ],
    examples: ['karapace graph dev', 'karapace graph dev --svg --output dev.svg'],
    isLauncher: false,
    load: async () => (await import('./commands/graph.ts')).graph,
  },
];
