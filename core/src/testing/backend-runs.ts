import type { Backend } from '../contracts/backend.ts';
import type { Ids } from '../contracts/ids.ts';
import type { SandboxSpec, SessionStreams } from '../contracts/sandbox.ts';
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
