import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

import { KarapaceError } from '@karapace/core';

import { bwrapOptions, setupScript } from './plan.js';

const [NOT_MOUNTED, GRACE_MILLISECONDS] = [126, 5000];
const KILLED = 128 + constants.signals.SIGKILL;

/**
 * @param {import('@karapace/core').SandboxSpec} spec
 * @param {import('@karapace/core').StartOptions} options
 * @returns {Promise<import('@karapace/core').Session>}
 */
export async function startSession(spec, { streams, signal: abort, hold = [] }) {
  abort?.throwIfAborted();
  const output = (/** @type {import('@karapace/core').OutputTarget} */ target) =>
    typeof target === 'function' ? 'pipe' : target;
  const stdin = typeof streams.stdin === 'object' ? 'pipe' : streams.stdin;
  // `unshare` takes what the kernel was asked for away, so it is asked again. All of this becomes one process, `bwrap`.
  const own = ['--user', '--map-root-user', '--mount', '--', 'setpriv', '--pdeathsig', 'KILL', '--', '/bin/bash', '-c'];
  const child = spawn('unshare', [...own, setupScript(spec), 'sh', ...bwrapOptions(spec, hold.length)], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    stdio: [stdin, output(streams.stdout), output(streams.stderr), 'pipe', ...hold],
    detached: true,
  });
  if (typeof streams.stdin === 'object') child.stdin?.on('error', () => {}).end(streams.stdin.text);
  if (typeof streams.stdout === 'function') child.stdout?.on('data', streams.stdout);
  if (typeof streams.stderr === 'function') child.stderr?.on('data', streams.stderr);
  const { prepared, ended } = follow(child, spec);
  ended.catch(() => {});
  await prepared;
  return createSession(child.pid ?? 0, ended, abort);
}

/**
 * @param {number} pid
 * @param {Promise<import('@karapace/core').ExitStatus>} ended
 * @param {AbortSignal | undefined} abort
 */
function createSession(pid, ended, abort) {
  let isOver = false;
  const signal = (/** @type {NodeJS.Signals} */ name) => {
    if (!isOver && !signalCommand(pid, name)) signalCommand(pid, 'SIGKILL');
  };
  const kill = () => signal('SIGKILL');
  abort?.addEventListener('abort', kill, { once: true });
  // While the sandbox was being made nobody listened.
  if (abort?.aborted) kill();
  const over = ended.finally(() => {
    isOver = true;
    abort?.removeEventListener('abort', kill);
  });
  over.catch(() => {});
  return {
    pid,
    wait: () => over,
    signal,
    stop: async (grace = GRACE_MILLISECONDS) => {
      signal('SIGTERM');
      const timer = setTimeout(kill, grace);
      return over.finally(() => clearTimeout(timer));
    },
  };
}

/**
 * Reads what `bwrap` reports: when its namespaces are made, and the command's code.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {import('@karapace/core').SandboxSpec} spec
 */
function follow(child, spec) {
  /** @type {PromiseWithResolvers<void>} */
  const prepared = Promise.withResolvers();
  /** @type {PromiseWithResolvers<import('@karapace/core').ExitStatus>} */
  const ended = Promise.withResolvers();
  let report = '';
  child.stdio[3]?.on('data', (chunk) => {
    report += chunk;
    if (report.includes('child-pid')) prepared.resolve();
  });
  child.once('error', (cause) => prepared.reject(failed(cause.message)));
  child.once('close', (code) => {
    const own = /"exit-code": (\d+)/u.exec(report)?.[1];
    if (own !== undefined) ended.resolve({ code: Number(own) });
    else if (report.includes('child-pid') && code !== 1) ended.resolve({ code: KILLED });
    else ended.reject(code === NOT_MOUNTED ? busy(spec) : failed(`\`bwrap\` ended with ${code}`));
    prepared.resolve(ended.promise.then(() => {}));
  });
  return { prepared: prepared.promise, ended: ended.promise };
}

/**
 * As `Backend.signal`. The first process inside is `bwrap`'s child, and the command is that one's.
 *
 * @param {import('@karapace/core').RunningSandbox} sandbox
 * @param {NodeJS.Signals} signal
 */
export function signalSandbox({ pid, start_time }, signal) {
  const stat = read(`/proc/${pid}/stat`);
  const isSame = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] === start_time;
  return isSame && signalCommand(pid, signal);
}

/**
 * SIGKILL goes to the first process inside, whose end is the end of all others.
 *
 * @param {number} bwrap
 * @param {NodeJS.Signals} signal
 */
function signalCommand(bwrap, signal) {
  const init = childOf(bwrap);
  const target = signal === 'SIGKILL' ? (init ?? bwrap) : init && childOf(init);
  if (target === undefined) return false;
  try {
    return process.kill(target, signal);
  } catch {
    // It has just ended.
    return false;
  }
}

/** @param {number} pid */
function childOf(pid) {
  const [first] = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  return first === undefined ? undefined : Number(first);
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @param {import('@karapace/core').SandboxSpec} spec */
function busy({ root }) {
  const upper = root.kind === 'layers' && root.upper.kind === 'directory' ? root.upper.directory : 'in memory';
  return new KarapaceError('ENVIRONMENT_BUSY', `The writable layer \`${upper}\` cannot be mounted`, {
    hint: 'End the other session first.',
  });
}

/** @param {string} reason */
function failed(reason) {
  return new KarapaceError('SANDBOX_FAILED', `The sandbox cannot be set up: ${reason}`, {
    hint: 'Run `karapace doctor` to see what this machine lacks.',
  });
}
