import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Backend } from '../contracts/backend.ts';
import type { Ids } from '../contracts/ids.ts';
import type { SandboxRoot, SandboxSpec, SessionStreams } from '../contracts/sandbox.ts';
import { NO_LIMITS } from '../manifest/limit-names.ts';

export interface SampleRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A spec that a test changes in the one thing that it is about. */
export function sampleSpec(lower: string, ids: Ids, changes: Partial<SandboxSpec> = {}): SandboxSpec {
  return {
    root: { kind: 'layers', lower: [lower], upper: { kind: 'discard' } },
    mounts: [],
    command: ['true'],
    environment: { PATH: '/usr/bin:/bin' },
    workingDirectory: '/',
    hostname: 'sample',
    network: 'none',
    ids,
    terminal: false,
    limits: NO_LIMITS,
    ...changes,
  };
}

/** Runs to the end and gives everything that was printed. */
export async function runSample(
  backend: Backend,
  spec: SandboxSpec,
  stdin: SessionStreams['stdin'] = 'ignore',
): Promise<SampleRun> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const session = await backend.start(spec, {
    streams: { stdin, stdout: (chunk) => stdout.push(chunk), stderr: (chunk) => stderr.push(chunk) },
  });
  const { code } = await session.wait();
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

export interface KeptRoot {
  readonly root: SandboxRoot;
  /** Where the upper is on the host. */
  readonly upper: string;
  readonly remove: () => Promise<void>;
}

/** The sample's layer with an upper that keeps what is written. */
export async function makeKeptRoot(spec: (command: readonly string[]) => Promise<SandboxSpec>): Promise<KeptRoot> {
  const directory = await mkdtemp(join(tmpdir(), 'karapace-upper-'));
  await Promise.all(['upper', 'work'].map((name) => mkdir(join(directory, name))));
  const { root } = await spec(['true']);
  const upper = { kind: 'directory', directory: join(directory, 'upper'), work: join(directory, 'work') } as const;
  return {
    root: root.kind === 'layers' ? { ...root, upper } : root,
    upper: upper.directory,
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
