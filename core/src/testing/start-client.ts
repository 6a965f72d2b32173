import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { ClientRequest } from './backend-client.ts';
import type { OrdinaryUser } from './ordinary-user.ts';

export interface ClientResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line of a process that runs one sandbox on its own streams. */
export function clientCommand(request: ClientRequest): readonly string[] {
  const client = fileURLToPath(import.meta.resolve('#backend-client'));
  // Sources are TypeScript, and their packages are taken as sources too.
  const conditions = client.endsWith('.ts') ? ['--conditions=karapace-source'] : [];
  return [process.execPath, ...conditions, '--no-warnings', client, JSON.stringify(request)];
}

export function startClient(request: ClientRequest, user?: OrdinaryUser): ChildProcess {
  const plain = clientCommand(request);
  const [program = '', ...args] = user?.command(plain) ?? plain;
  return spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

export function endOfClient(client: ChildProcess): Promise<ClientResult> {
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  client.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  client.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve) => {
    client.once('close', (code) => resolve({ code, stdout: text(stdout), stderr: text(stderr) }));
  });
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString();
}
