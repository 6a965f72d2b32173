import type { Option } from '../arguments/option.ts';

/** Whether what is built may differ from what the lock says, and where its bytes may come from. */
export const LOCK_OPTIONS: readonly Option[] = [
  {
    flags: '--locked',
    summary: 'Build exactly what karapace.lock says; never resolve anew (default where CI is set and a lock exists)',
  },
  { flags: '--no-locked', summary: 'Resolve anew when the manifest has changed, even where CI is set' },
  { flags: '--offline', summary: 'Never open a socket: use what the store has' },
];
