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
  upper: `${DIRECTORY}/upper`,
  work: `${DIRECTORY}/work`,
  links: `${DIRECTORY}/links`,
  stdin: `${DIRECTORY}/stdin`,
  stdout: `${DIRECTORY}/stdout`,
  stderr: `${DIRECTORY}/stderr`,
} as const;
