import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import module from 'node:module';
import path from 'node:path';
import readline from 'node:readline';
import type { Duplex, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import type { IdSpace } from '../contracts/backend.ts';
import { KarapaceError } from '../errors.ts';
import { hasCode } from './system-error.ts';
import { CHANNEL, LOCK, REQUESTS } from './tree-descriptors.ts';
import type { TreeAnswer, TreeProcessOptions, TreeRequests, TreeVerb } from './tree-protocol.ts';

/** A tree process, from the side of those who ask it. */
export interface TreeClient {
  ask<Verb extends TreeVerb>(verb: Verb, input: TreeRequests[Verb]['input']): Promise<TreeRequests[Verb]['output']>;
  /** What archives go through; only where it was asked for. */
  readonly channel: Duplex | undefined;
  /** Resolves when it is gone, for whatever reason. */
  readonly ended: Promise<void>;
  /** Lets it finish what it does, and waits for its end. */
  close(): Promise<void>;
}

export interface TreeClientOptions extends TreeProcessOptions {
  readonly idSpace: IdSpace;
  /** A lock that must stay held for as long as the process lives. */
  readonly lockDescriptor: number;
  /** Open a channel for archives. Default false. */
  readonly channel?: boolean | undefined;
}

interface Child {
  readonly process: ChildProcess;
  readonly stderr: Readable;
  readonly requests: Duplex;
  readonly channel: Duplex | undefined;
}

const KEPT_ERRORS = 8 * 1024;
// Measured: the garbage of tens of thousands of entries is collected as fast in small steps, in half of the memory.
const MEMORY = ['--max-semi-space-size=1'];

export async function startTreeProcess(options: TreeClientOptions): Promise<TreeClient> {
  const { process: child, stderr, requests, channel } = await spawnTreeProcess(options);
  const waiting: PromiseWithResolvers<TreeAnswer>[] = [];
  let errors = '';
  let end: string | undefined;
  const ended = Promise.withResolvers<void>();

  function finish(reason: string): void {
    end ??= reason;
    for (const each of waiting.splice(0)) each.reject(endedError(options.idSpace, end, errors));
    ended.resolve();
  }
  stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-KEPT_ERRORS)));
  child.on('close', (code, signal) => finish(signal === null ? `code ${code}` : `signal ${signal}`));
  const answers = readline.createInterface({ input: requests });
  answers.on('line', (line) => waiting.shift()?.resolve(JSON.parse(line) as TreeAnswer));
  // What is written to a process that has died, or was on its way to it: `close` tells why.
  requests.on('error', () => undefined);
  answers.on('error', () => undefined);

  return {
    channel,
    ended: ended.promise,
    async ask(verb, input) {
      if (end !== undefined) throw endedError(options.idSpace, end, errors);
      const answer = Promise.withResolvers<TreeAnswer>();
      waiting.push(answer);
      requests.write(`${JSON.stringify({ verb, input })}\n`);
      return outputOf(await answer.promise) as TreeRequests[typeof verb]['output'];
    },
    async close() {
      // It may be waiting for the other end of the channel.
      channel?.destroy();
      requests.end();
      await ended.promise;
    },
  };
}

/** Resolves when it runs. */
async function spawnTreeProcess(options: TreeClientOptions): Promise<Child> {
  const [command = '', ...rest] = commandOf(options);
  const stdio = ['ignore', 'ignore', 'pipe'] as (number | 'ignore' | 'pipe')[];
  stdio[LOCK] = options.lockDescriptor;
  stdio[REQUESTS] = 'pipe';
  if (options.channel === true) stdio[CHANNEL] = 'pipe';
  // Own process group: an interrupt from the terminal is for the one who asked, who decides what becomes of the work.
  const env = { ...process.env, ...compileCache() };
  const child = spawn(command, rest, { cwd: options.root, detached: true, stdio, env });
  try {
    await once(child, 'spawn');
  } catch (error) {
    if (!(error instanceof Error) || hasCode(error, 'EMFILE', 'ENFILE')) throw error;
    throw endedError(options.idSpace, error.message, '');
  }
  const streams = child.stdio as readonly unknown[] as readonly (Duplex | undefined)[];
  const [requests, channel] = [streams[REQUESTS], streams[CHANNEL]];
  if (child.stderr === null || requests === undefined) throw new Error('a process without its streams');
  return { process: child, stderr: child.stderr, requests, channel };
}

function commandOf({ idSpace, root, ids, staging }: TreeClientOptions): readonly string[] {
  const program = fileURLToPath(import.meta.resolve('#tree-process'));
  const conditions = program.endsWith('.ts') ? ['--conditions=karapace-source'] : [];
  const options: TreeProcessOptions = { root, ids, staging };
  return idSpace.wrap([process.execPath, ...MEMORY, ...conditions, program, JSON.stringify(options)]);
}

/** Whoever keeps what he compiled lets the process do so too, in the same place. */
function compileCache(): NodeJS.ProcessEnv {
  const ofThisNode = module.getCompileCacheDir();
  return ofThisNode === undefined ? {} : { NODE_COMPILE_CACHE: path.dirname(ofThisNode) };
}

function outputOf(answer: TreeAnswer): unknown {
  if ('output' in answer) return answer.output;
  if ('bug' in answer) throw new Error(answer.bug);
  const { code, message, hint, place } = answer.failure;
  throw new KarapaceError(code, message, { hint, place });
}

function endedError({ description }: IdSpace, end: string, errors: string): KarapaceError {
  return new KarapaceError('NAMESPACE_DENIED', `The process that works on trees (${description}) ended with ${end}`, {
    hint: 'Run `karapace doctor`.',
    cause: new Error(errors.trim()),
  });
}
