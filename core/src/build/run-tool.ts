import { StringDecoder } from 'node:string_decoder';

import type { Backend } from '../contracts/backend.ts';
import type { Ids } from '../contracts/ids.ts';
import type { LimitName, SandboxLimits, SandboxSpec } from '../contracts/sandbox.ts';
import type { ToolResult, ToolRun } from '../contracts/tool-context.ts';
import { KarapaceError } from '../errors.ts';
import { BUILD_ENVIRONMENT } from '../layers/build-environment.ts';
import { NO_LIMITS } from '../manifest/limit-names.ts';
import { limitReached, limitsAtEnd } from './limit-reached.ts';

const MAX_STDOUT = 64 * 1024 * 1024;
const MAX_STDERR = 64 * 1024;

export interface ToolRunner {
  readonly backend: Backend;
  readonly ids: Ids;
  readonly offline: boolean;
  readonly signal: AbortSignal;
  /** A line of the program's standard error, or of its output where nobody reads that as data. */
  readonly onLine: (line: string) => void;
  /** What the runs are for, for the message that they need the network. Default: the program. */
  readonly purpose?: string | undefined;
  /** Nobody reads the output as data: its lines are told, and its end is kept. Default false. */
  readonly isShown?: boolean | undefined;
  /** Default: none. */
  readonly limits?: SandboxLimits | undefined;
  /** Told of each command before it runs, and of how it ended. */
  readonly onCommand?: ((line: string) => void) | undefined;
}

/**
 * Runs one program in a sandbox and collects what it prints.
 *
 * @throws KarapaceError `OFFLINE` when the run needs the network and may not use it, `STORE_FULL` when the program ran
 * out of space, `BUILD_FAILED` when it reached a limit, and the backend's own
 */
export async function runTool(run: ToolRun, runner: ToolRunner): Promise<ToolResult> {
  if (run.network === 'host' && runner.offline) throw offlineError(runner.purpose, run);
  runner.signal.throwIfAborted();
  const { isShown = false } = runner;
  runner.onCommand?.(`$ ${run.command.join(' ')}`);
  const stdout = isShown ? new Collected(MAX_STDERR, 'last') : new Collected(MAX_STDOUT, 'first');
  const stderr = new Collected(MAX_STDERR, 'last');
  const [lines, shown] = [lineSplitter(runner.onLine), lineSplitter(runner.onLine)];
  const session = await runner.backend.start(toolSpec(run, runner), {
    streams: {
      stdin: run.stdin === undefined ? 'ignore' : { text: run.stdin },
      stdout: (chunk) => {
        stdout.add(chunk);
        if (isShown) shown.add(chunk);
      },
      stderr: (chunk) => {
        stderr.add(chunk);
        lines.add(chunk);
      },
    },
    signal: runner.signal,
  });
  const status = await session.wait();
  const { code, limit } = status;
  lines.end();
  shown.end();
  runner.onCommand?.(`[ended with code ${code}]`);
  runner.signal.throwIfAborted();
  for (const sentence of limitsAtEnd({ ...status, limit: undefined }, runner.limits ?? NO_LIMITS))
    runner.onLine(sentence);
  if (limit !== undefined) throw stoppedByLimit(run, limit, runner);
  if (stdout.isCut) {
    throw new KarapaceError('TOOL_FAILED', `\`${run.command[0]}\` printed more than ${MAX_STDOUT} bytes`);
  }
  const result = { code, stdout: stdout.text(), stderr: stderr.text() };
  const output = `${result.stderr}\n${result.stdout}`;
  if (code !== 0 && FULL_DISK.test(output)) throw diskFull(run, output);
  return result;
}

/** Also of a program that succeeded: what it made would be something else without the limit. */
function stoppedByLimit({ command }: ToolRun, limit: LimitName, { limits = NO_LIMITS }: ToolRunner): KarapaceError {
  return new KarapaceError('BUILD_FAILED', `\`${command[0]}\` was stopped: ${limitReached(limit, limits)}`, {
    hint: `Raise \`${limit}\` in \`[runtime.resource_limits]\`, or in the policy that sets it.`,
  });
}

/** What every program says of ENOSPC in the locale that build steps have. */
const FULL_DISK = /No space left on device|Disk quota exceeded/u;

function diskFull({ command }: ToolRun, output: string): KarapaceError {
  const line = output.split('\n').find((each) => FULL_DISK.test(each));
  return new KarapaceError('STORE_FULL', `The disk is full: \`${command[0]}\` could not write`, {
    cause: line?.trim(),
    hint: "Free space on the store's file system, or use another with `--store`, and run the same command again.",
  });
}

/** The same for every build step on every machine, but for what the run itself says. */
function toolSpec(run: ToolRun, { ids, limits = NO_LIMITS }: ToolRunner): SandboxSpec {
  return {
    root: run.root,
    mounts: run.mounts ?? [],
    command: run.command,
    environment: { ...BUILD_ENVIRONMENT, ...run.environment },
    workingDirectory: '/',
    hostname: 'karapace',
    network: run.network ?? 'none',
    ids,
    terminal: false,
    limits,
  };
}

function offlineError(purpose: string | undefined, { command }: ToolRun): KarapaceError {
  const who = purpose ?? `\`${command[0]}\``;
  return new KarapaceError('OFFLINE', `${who} has to ask the network, and \`--offline\` forbids it`, {
    hint:
      purpose === undefined
        ? 'Run `karapace build` once without `--offline`; with its lock and its store, later builds work offline.'
        : 'Run it without `--offline`: packages are chosen from the index of the mirror. With a lock that fits and its store, builds work offline.',
  });
}

/** Bytes up to a bound; what is over it is dropped from the far end. */
class Collected {
  readonly #limit: number;
  readonly #keep: 'first' | 'last';
  #chunks: Buffer[] = [];
  #size = 0;
  isCut = false;

  constructor(limit: number, keep: 'first' | 'last') {
    this.#limit = limit;
    this.#keep = keep;
  }

  add(chunk: Buffer): void {
    if (this.#keep === 'first' && this.#size + chunk.length > this.#limit) this.isCut = true;
    if (this.isCut) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size > 2 * this.#limit) this.#fold();
  }

  #fold(): void {
    const tail = Buffer.concat(this.#chunks).subarray(-this.#limit);
    this.#chunks = [tail];
    this.#size = tail.length;
  }

  text(): string {
    return Buffer.concat(this.#chunks).subarray(-this.#limit).toString('utf8');
  }
}

function lineSplitter(onLine: (line: string) => void) {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    add(chunk: Buffer): void {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    },
    end(): void {
      rest += decoder.end();
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
