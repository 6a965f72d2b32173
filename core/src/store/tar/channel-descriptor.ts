/** Of a tree process that was started for one archive: what the archive's bytes go through. */
export const CHANNEL = 4;
