import type { Verb } from '../arguments/verb.ts';
import { EVENTS_OPTION } from './events-option.ts';

/** Commands about the whole store, and the machine. */
export const STORE_VERBS: readonly Verb[] = [
  {
    name: 'gc',
    operands: [],
    aliases: [],
    summary: 'Remove from the store what nothing needs any more',
    options: [{ flags: '-n, --dry-run', summary: 'Only say what would be removed' }, EVENTS_OPTION],
    examples: ['karapace gc --dry-run', 'karapace gc'],
    load: async () => (await import('../commands/gc.ts')).gc,
  },
  {
    name: 'verify-store',
    operands: [],
    aliases: [],
    summary: 'Check that everything in the store is what was written',
    options: [
      { flags: '--repair', summary: 'Move away what is damaged, and make, fetch or build it again' },
      EVENTS_OPTION,
    ],
    examples: ['karapace verify-store', 'karapace verify-store --repair'],
    load: async () => (await import('../commands/verify-store.ts')).verifyStore,
  },
  {
    name: 'migrate',
    operands: [],
    aliases: [],
    summary: "Bring the store of an older Karapace to this one's format",
    options: [EVENTS_OPTION],
    examples: ['karapace migrate'],
    load: async () => (await import('../commands/migrate.ts')).migrate,
  },
  {
    name: 'doctor',
    operands: [],
    aliases: [],
    summary: 'Check what this machine needs, and say how to get it',
    options: [{ flags: '--fix', summary: 'Print and run the commands that mend it, as root or through sudo' }],
    examples: ['karapace doctor', 'karapace doctor --fix'],
    load: async () => (await import('../commands/doctor.ts')).doctor,
  },
];
