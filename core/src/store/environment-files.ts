import path from 'node:path';

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

export function environmentFiles(directory: string): EnvironmentFiles {
  return {
    directory,
    record: path.join(directory, 'environment.json'),
    lockRecord: path.join(directory, 'lock.json'),
    index: path.join(directory, 'index.json'),
    lock: path.join(directory, 'lock'),
    entry: path.join(directory, 'entry'),
    sessions: path.join(directory, 'sessions'),
    snapshots: path.join(directory, 'snapshots'),
    generation: (number) => generationFiles(path.join(directory, `gen-${number}`)),
  };
}

export function generationFiles(directory: string): GenerationFiles {
  return { directory, upper: path.join(directory, 'upper'), work: path.join(directory, 'work') };
}
