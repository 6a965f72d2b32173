import type { Verb } from '../arguments/verb.ts';

/** Commands that help to use the others. */
export const HELP_VERBS: readonly Verb[] = [
  {
    name: 'completions',
    operands: [{ name: 'shell', kind: 'shell' }],
    aliases: ['completion'],
    summary: 'Print what makes bash, zsh, fish or nushell complete commands, environments and more',
    options: [],
    examples: ['eval "$(karapace completions bash)"', 'karapace completions fish | source'],
    load: async () => (await import('../commands/completions.ts')).completions,
  },
  {
    name: 'man-pages',
    operands: [{ name: 'dir', kind: 'directory', isOptional: true }],
    aliases: [],
    summary: 'Write the pages of the manual into a directory (default `man`)',
    options: [],
    examples: ['karapace man-pages ~/.local/share/man/man1'],
    load: async () => (await import('../commands/man-pages.ts')).manPages,
  },
];
