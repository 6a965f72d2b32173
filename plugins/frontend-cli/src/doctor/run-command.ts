/**
 * Runs a program in sight of the person, its stdout on our stderr.
 *
 * @returns its exit code; 127 where there is no such program
 */
export type RunCommand = (command: readonly string[], options?: { readonly silent?: boolean }) => Promise<number>;

export const runCommand: RunCommand = async ([program = '', ...args], { silent = false } = {}) => {
  const { execa } = await import('execa');
  const stdio = silent ? 'ignore' : (['inherit', process.stderr, process.stderr] as const);
  const { exitCode, code, originalMessage } = await execa(program, args, { stdio, reject: false });
  if (exitCode !== undefined) return exitCode;
  if (code === 'ENOENT') return 127;
  // Ended by a signal, or not startable.
  if (originalMessage !== undefined && originalMessage !== '') throw new Error(originalMessage);
  return 1;
};
