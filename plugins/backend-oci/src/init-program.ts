/** The first process inside: it passes signals on, and collects what the command leaves behind. */
export const INIT = '/dev/init';
/** Statically linked, so that it runs in every root. */
export const INIT_PROGRAM = 'tini-static';
