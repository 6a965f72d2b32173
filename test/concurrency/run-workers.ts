import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { Recorded } from './record.ts';

export interface WorkerPlan {
  readonly directory: string;
  readonly process: number;
  readonly operations: number;
  readonly seed: number;
  readonly projects: Readonly<Record<string, string>>;
  readonly names: readonly string[];
  /** Changes some things without locks. */
  readonly control?: boolean | undefined;
}

const PROGRAM = fileURLToPath(new URL('worker.ts', import.meta.url));
const PATIENCE = 1_800_000;

/** Runs all of them at the same time and gives what they were told. */
export async function runWorkers(plans: readonly WorkerPlan[]): Promise<readonly Recorded[]> {
  const workers = plans.map(startWorker);
  try {
    await Promise.all(workers.map(({ ready }) => ready));
    workers.forEach(({ child }) => child.stdin?.end());
    return (await Promise.all(workers.map(({ recorded }) => recorded))).flat();
  } finally {
    workers.forEach(({ child }) => child.kill('SIGKILL'));
  }
}

function startWorker(plan: WorkerPlan) {
  const child = spawn(process.execPath, ['--conditions=karapace-source', PROGRAM, JSON.stringify(plan)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
  });
  return { child, ready: once(child.stdout, 'data'), recorded: readRecorded(child, plan.process) };
}

async function readRecorded(child: ChildProcess, process: number): Promise<readonly Recorded[]> {
  const texts = ['', ''];
  [child.stdout, child.stderr].forEach((stream, index) => {
    stream?.on('data', (chunk: Buffer) => (texts[index] += chunk.toString()));
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const [stdout = '', stderr = ''] = texts;
  if (code !== 0) throw new Error(`process ${process} ended with ${code ?? signal}\n${stderr}`);
  return stdout
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line) as Recorded);
}
