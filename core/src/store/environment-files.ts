/** The files of one environment. */
export interface EnvironmentFiles {
  readonly directory: string;
  /** The record that says everything that can change, the current generation among it: the one atomic pointer. */
  readonly record: string;
  /** The record that holds the content of `karapace.lock`; never changed. */
  readonly lockRecord: string;
  /** The record that says which names and snapshots there are. */
  readonly index: string;
  /** Held shared by sessions, exclusively by who needs the environment to be quiet. */
  readonly lock: string;
  /** Held while a session begins: whoever has it decides alone whether to mount or to join. */
  readonly entry: string;
  /** One file for each session. */
  readonly sessions: string;
  readonly snapshots: string;
  generation(number: number): GenerationFiles;
}

export interface GenerationFiles {
  readonly directory: string;
  readonly upper: string;
  readonly work: string;
}

/** @param directory a path without a slash at its end */
export function environmentFiles(directory: string): EnvironmentFiles {
  // Asked for each environment of a list, where `path.join` would take a fifth of the time.
  return {
    directory,
    record: `${directory}/environment.json`,
    lockRecord: `${directory}/lock.json`,
    index: `${directory}/index.json`,
    lock: `${directory}/lock`,
    entry: `${directory}/entry`,
    sessions: `${directory}/sessions`,
    snapshots: `${directory}/snapshots`,
    generation: (number) => generationFiles(`${directory}/gen-${number}`),
  };
}

export function generationFiles(directory: string): GenerationFiles {
  return { directory, upper: `${directory}/upper`, work: `${directory}/work` };
}
