// What a tree process is given beside the standard descriptors. Requests and answers share one, in both directions: with
// two, and the files that a build has open, 32 descriptors would be too few.

/** The lock that stays held for as long as the process lives. */
export const LOCK = 3;
export const REQUESTS = 4;
/** Of a process that was started for one archive: what the archive's bytes go through. */
export const CHANNEL = 5;
