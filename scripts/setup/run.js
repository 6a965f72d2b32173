import { spawn } from 'node:child_process';
import { constants } from 'node:os';

import { root } from './workspace.js';

/**
 * Ends the process with one line that says why.
 *
 * @param {string} message one sentence, no full stop
 * @param {number} [code]
 * @returns {never}
 */
export function fail(message, code = 1) {
  process.stderr.write(`\nFailed: ${message}.\n`);
  process.exit(code);
}

/** @param {string} message */
export function say(message) {
  process.stderr.write(`› ${message}\n`);
}

/**
 * Runs a program that has the terminal; gives its exit code, as a shell would report it.
 *
 * @param {readonly string[]} command
 * @returns {Promise<number>}
 */
export async function run(command) {
  return (await start(command, 'inherit')).code;
}

/**
 * As `run`; a program that fails ends everything, with its own exit code.
 *
 * @param {readonly string[]} command
 * @param {string} [name] what to call it when it fails
 */
export async function runStep(command, name = `\`${command.join(' ')}\``) {
  const code = await run(command);
  if (code !== 0) fail(`${name} ended with code ${code}; its own words are above`, code);
}

/**
 * As `runStep`; gives what the program wrote to stdout.
 *
 * @param {readonly string[]} command
 * @param {string} [name]
 */
export async function runForOutput(command, name = `\`${command.join(' ')}\``) {
  const { code, stdout } = await start(command, 'pipe');
  return code === 0 ? stdout : fail(`${name} ended with code ${code}; its own words are above`, code);
}

/**
 * @param {readonly string[]} command
 * @param {'inherit' | 'pipe'} stdout
 * @returns {Promise<{ code: number, stdout: string }>}
 */
function start([program = '', ...args], stdout) {
  const child = spawn(program, args, { cwd: root, stdio: ['inherit', stdout, 'inherit'] });
  const release = forwardSignals(child);
  /** @type {Buffer[]} */
  const chunks = [];
  child.stdout?.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.on('error', (error) => fail(`\`${program}\` did not start: ${error.message}`));
    child.on('close', (code, signal) => {
      release();
      const status = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
      resolve({ code: status, stdout: Buffer.concat(chunks).toString() });
    });
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function forwardSignals(child) {
  // Ctrl-C reaches the child by itself, through the terminal's process group: this process only has to outlive it.
  const ignore = () => {};
  const terminate = () => child.kill('SIGTERM');
  process.on('SIGINT', ignore).on('SIGTERM', terminate);
  return () => process.off('SIGINT', ignore).off('SIGTERM', terminate);
}
