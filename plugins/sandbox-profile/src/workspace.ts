/**
 * A tmpfs of the sandbox's own mount namespace, so nothing of it is on the host's disk. It covers a directory that every
 * Linux has and that can hold neither a store nor a project, so it can never cover a layer or a mount.
 */
const DIRECTORY = '/sys/kernel';

export const WORKSPACE = {
  directory: DIRECTORY,
  /** Where the root file system is put together. */
  root: `${DIRECTORY}/root`,
  runtime: `${DIRECTORY}/runtime`,
  /** The work directory of an overlay that writes to `runtime`. */
  runtimeWork: `${DIRECTORY}/runtime-work`,
  upper: `${DIRECTORY}/upper`,
  work: `${DIRECTORY}/work`,
  links: `${DIRECTORY}/links`,
  /** `/dev/shm` of all sessions. */
  sharedMemory: `${DIRECTORY}/shm`,
  /** What is mounted later, held. */
  sources: `${DIRECTORY}/sources`,
  mountTable: `${DIRECTORY}/fstab`,
  /** There while a process of the session that mounted it serves the root. */
  fuse: `${DIRECTORY}/fuse`,
} as const;

/** The pipes of one session: others use the same workspace. */
export function streamFiles(session: string): Readonly<Record<'stdin' | 'stdout' | 'stderr', string>> {
  return {
    stdin: `${DIRECTORY}/stdin-${session}`,
    stdout: `${DIRECTORY}/stdout-${session}`,
    stderr: `${DIRECTORY}/stderr-${session}`,
  };
}
