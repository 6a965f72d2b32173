/** The command line that runs a program where it may own files of every id: as it is for root. */
export function asRoot(...command: readonly string[]): readonly string[] {
  return process.getuid?.() === 0 ? command : ['unshare', '--user', '--map-root-user', '--map-auto', ...command];
}
