import { spawn } from 'node:child_process';

/** No single command of a benchmark takes longer: milliseconds. */
const TIMEOUT = 600_000;

/**
 * Runs a program to its end, without standard input.
 *
 * @returns what it wrote to stdout
 */
export function runCommand(command: readonly string[], stdout: 'pipe' | 'ignore' = 'ignore'): Promise<string> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', stdout, 'pipe'], timeout: TIMEOUT });
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(new Error(`\`${program}\` did not start`, { cause })));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(output).toString());
      const reason = Buffer.concat(complaints).toString().trim().split('\n').slice(-5).join('\n');
      reject(new Error(`\`${command.join(' ')}\` ended with ${signal ?? code}: ${reason}`));
    });
  });
}
