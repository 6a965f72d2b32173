import type { Explanations } from './explanation.ts';

/** The store as a whole, and the disk under it. */
export const STORE_ERRORS = {
  STORE_BUSY: {
    cause: 'Another process has held the store, or the lock of this operation, for too long.',
    cure: 'Wait for the process that the message names, or end it.',
  },
  STORE_CORRUPT: {
    cause: 'Something in the store does not match its checksum.',
    cure:
      'Run `karapace verify-store`, which says what is damaged, which environments need it, and what to do; ' +
      'then `karapace verify-store --repair`, which moves it away and makes, fetches or builds it again. ' +
      'Environments that do not need it can be used meanwhile. Check the disk and its log, too.',
  },
  STORE_FOREIGN: {
    cause: 'The store belongs to another user, or others may write to it.',
    cure: 'Use your own: `--store <directory>` or `KARAPACE_STORE`.',
  },
  STORE_FULL: {
    cause: 'No room, quota or inodes are left where the store is. Nothing was lost.',
    cure: 'Free some room and run the command again, or choose another disk by `--store <directory>`.',
  },
  STORE_UNREADABLE: {
    cause: "The store's directory cannot be read, or this process may not open enough files to use it.",
    cure:
      'Mend its permissions or the disk; raise the limit of open files with `ulimit -n` (32 are enough for a ' +
      'store, 34 for a sandbox).',
  },
  STORE_UNWRITABLE: {
    cause:
      "The store's place cannot be written: read-only, not a directory, without permission, or the disk reports " +
      'errors.',
    cure: 'Choose another place by `--store <directory>`, or mend the permissions or the disk.',
  },
  STORE_VERSION: {
    cause:
      'The store, or a record in it, was written in a form that this version does not read; or the directory is ' +
      'not a store.',
    cure: 'Use the version of Karapace that wrote it, or another directory by `--store <directory>`.',
  },
} as const satisfies Explanations;
