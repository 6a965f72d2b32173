import { spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { openStore } from '@karapace/core';

/** A store of ours, whose tree process is asked as the store asks it. */
export interface OwnStore {
  readonly root: string;
  ask(verb: string, input: unknown): Promise<Answered>;
}

export interface Answered {
  readonly output: { readonly digest: string };
  /** The most memory that it had: bytes. */
  readonly peak: number;
}

const PROGRAM = fileURLToPath(new URL('../../core/dist/bundle/store/tree-process.js', import.meta.url));
/** As `tree-client.ts` starts it. */
const FLAGS = ['--max-semi-space-size=1'];

export async function makeOwnStore(root: string): Promise<OwnStore> {
  const store = await openStore(root, {
    idSpace: async (ids) => ({ ids, description: 'the benchmark', wrap: (command) => command }),
  });
  await store.cache('bench');
  await store.close();
  return { root, ask: (verb, input) => ask(root, verb, input) };
}

async function ask(root: string, verb: string, input: unknown): Promise<Answered> {
  const staging = await mkdtemp(join(root, 'tmp', 'bench-'));
  const options = JSON.stringify({ root, ids: process.getuid?.() === 0 ? 'full' : 'single', staging });
  const env = { ...process.env, NODE_COMPILE_CACHE: join(root, '..', 'compile') };
  // Without a lock to hold; the requests come through the fifth descriptor.
  const stdio: StdioOptions = ['ignore', 'ignore', 'inherit', 'ignore', 'pipe'];
  const child = spawn(process.execPath, [...FLAGS, PROGRAM, options], { stdio, env });
  const requests = child.stdio[4] as Duplex;
  const closed = once(child, 'close');
  requests.write(`${JSON.stringify({ verb, input })}\n`);
  const lines = createInterface({ input: requests })[Symbol.asyncIterator]();
  const { value } = (await lines.next()) as { readonly value?: string };
  const peak = child.pid === undefined || value === undefined ? 0 : peakOf(child.pid);
  requests.end();
  await closed;
  await rm(staging, { recursive: true });
  const answer = JSON.parse(value ?? '{}') as { readonly output?: Answered['output'] };
  if (answer.output === undefined) throw new Error(`\`${verb}\` failed: ${value}`);
  return { output: answer.output, peak };
}

function peakOf(pid: number): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(found) * 1024;
}
