import type { Option } from '../arguments/option.ts';
import type { Verb } from '../arguments/verb.ts';
import { EVENTS_OPTION } from './events-option.ts';
import { LOCK_OPTIONS } from './lock-options.ts';

const BUILD_OPTIONS: readonly Option[] = [
  { flags: '--name <name>', summary: 'Give the environment this name' },
  ...LOCK_OPTIONS,
  { flags: '--require-pinned-image', summary: 'Refuse an image reference that may mean other bytes tomorrow' },
  { flags: '--check', summary: 'Build every layer a second time and compare the bytes' },
  { flags: '--jobs <count>', summary: 'Run at most this many build steps at once (default 2)', kind: 'count' },
  { flags: '--all', summary: 'Build every manifest in this directory and below' },
  EVENTS_OPTION,
];

/** Commands that build what a manifest describes. */
export const BUILD_VERBS: readonly Verb[] = [
  {
    name: 'build',
    operands: [{ name: 'manifest', kind: 'manifest', isOptional: true, isRepeated: true }],
    aliases: [],
    summary: 'Build the environment that a manifest describes, or those of several',
    options: BUILD_OPTIONS,
    examples: [
      'karapace build --name dev',
      'karapace build examples/dev/karapace.toml --name dev --locked',
      'karapace build web/ api/ --jobs 4',
      'karapace build --all',
    ],
    load: async () => (await import('../commands/build.ts')).build,
  },
  {
    name: 'rebuild',
    operands: [{ name: 'manifest', kind: 'manifest', isOptional: true, isRepeated: true }],
    aliases: [],
    summary: 'Build it anew, without what was changed inside',
    options: BUILD_OPTIONS,
    examples: ['karapace rebuild', 'karapace rebuild --name dev --locked'],
    load: async () => (await import('../commands/build.ts')).rebuild,
  },
];
