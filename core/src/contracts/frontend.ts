/** Commands or a service over the instance. */
export interface Frontend {
  readonly name: string;
  /**
   * Runs until it is done.
   *
   * @param args what follows the program's name
   * @returns the process's exit code
   */
  run(args: readonly string[]): Promise<number>;
}
