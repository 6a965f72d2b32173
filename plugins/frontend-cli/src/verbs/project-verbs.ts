import type { Option } from '../arguments/option.ts';
import type { Verb } from '../arguments/verb.ts';
import { TEMPLATE_NAMES } from '../manifest-templates.ts';
import { EVENTS_OPTION } from './events-option.ts';

const MANIFEST_OPTION: Option = {
  flags: '--manifest <manifest>',
  summary: 'The manifest; default: the nearest one upward',
  kind: 'manifest',
};

const EDIT_OPTIONS: readonly Option[] = [
  MANIFEST_OPTION,
  { flags: '--offline', summary: 'Never open a socket: use what the store has' },
  EVENTS_OPTION,
];

/** Commands that write what a project says: its manifest and its lock. */
export const PROJECT_VERBS: readonly Verb[] = [
  {
    name: 'new',
    operands: [{ name: 'name', kind: 'text' }],
    aliases: [],
    summary: 'Write a commented karapace.toml into this directory',
    options: [
      {
        flags: '--template <template>',
        summary: `Start from ${TEMPLATE_NAMES.join(', ')}; asks on a terminal, else ${TEMPLATE_NAMES[0]}`,
        kind: 'template',
      },
      { flags: '--force', summary: 'Overwrite a karapace.toml that is there' },
    ],
    examples: ['karapace new web --template node'],
    load: async () => (await import('../commands/new.ts')).newManifest,
  },
  {
    name: 'add',
    operands: [{ name: 'package', kind: 'package', isRepeated: true }],
    aliases: [],
    summary: 'Write packages into the manifest, and lock what they bring along',
    options: [{ flags: '--gui', summary: 'Into `[gui] apps` instead of `[system] packages`' }, ...EDIT_OPTIONS],
    examples: ['karapace add ripgrep fd-find', 'karapace add --gui gedit', 'karapace add git=1:2.47.3-0+deb13u1'],
    load: async () => (await import('../commands/edit-packages.ts')).add,
  },
  {
    name: 'remove',
    operands: [{ name: 'package', kind: 'package', isRepeated: true }],
    aliases: [],
    summary: 'Take packages out of the manifest and the lock',
    options: EDIT_OPTIONS,
    examples: ['karapace remove ripgrep'],
    load: async () => (await import('../commands/edit-packages.ts')).remove,
  },
  {
    name: 'update',
    operands: [{ name: 'package', kind: 'package', isOptional: true, isRepeated: true }],
    aliases: ['upgrade'],
    summary: 'Resolve anew, show what changes, build it and write the lock; asks on a terminal',
    options: [
      MANIFEST_OPTION,
      { flags: '-n, --dry-run', summary: 'Only say what would change' },
      { flags: '-y, --yes', summary: 'Do not ask' },
      { flags: '--name <name>', summary: 'Give the environment this name' },
      EVENTS_OPTION,
    ],
    examples: [
      'karapace update',
      'karapace update git curl --dry-run',
      'karapace update --manifest web/karapace.toml --yes',
    ],
    load: async () => (await import('../commands/update.ts')).update,
  },
  {
    name: 'outdated',
    operands: [{ name: 'package', kind: 'package', isOptional: true, isRepeated: true }],
    aliases: [],
    summary: 'Show what the lock has and what there is; exits with 100 where that differs',
    options: [MANIFEST_OPTION, EVENTS_OPTION],
    examples: ['karapace outdated', 'karapace outdated git', 'karapace outdated --json'],
    load: async () => (await import('../commands/outdated.ts')).outdated,
  },
  {
    name: 'pin',
    operands: [{ name: 'manifest', kind: 'manifest', isOptional: true }],
    aliases: [],
    summary: "Write the digest of its tree behind a manifest's image",
    options: [
      { flags: '--check', summary: 'Write nothing: fail where the image is not pinned' },
      { flags: '--write-lock', summary: 'Also write karapace.lock where it does not answer the pinned manifest' },
      { flags: '--offline', summary: 'Never open a socket: use what the store has' },
      EVENTS_OPTION,
    ],
    examples: ['karapace pin', 'karapace pin --check', 'karapace pin examples/dev/karapace.toml --write-lock'],
    load: async () => (await import('../commands/pin.ts')).pin,
  },
];
