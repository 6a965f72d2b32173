import type { Backend, RunningSandbox } from '../contracts/backend.ts';
import type { SandboxSpec } from '../contracts/sandbox.ts';

/** What the suite asks of a client. */
export interface ClientRequest {
  /** URL of a module that exports `openBackend`. */
  readonly module: string;
  readonly spec: SandboxSpec;
  /** Names of signals that this process passes on. */
  readonly passing: readonly NodeJS.Signals[];
  readonly join?: RunningSandbox | undefined;
}

/** Runs one sandbox on this process's own streams, as a command-line client does, and ends with the command's code. */
const { module, spec, passing, join } = JSON.parse(process.argv[2] ?? '') as ClientRequest;
const { openBackend } = (await import(module)) as { readonly openBackend: () => Promise<Backend> };
try {
  const backend = await openBackend();
  const session = await backend.start(spec, {
    streams: { stdin: 'inherit', stdout: 'inherit', stderr: 'inherit' },
    join,
  });
  for (const signal of passing) process.on(signal, () => session.signal(signal));
  process.exitCode = (await session.wait()).code;
} catch (error) {
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string') throw error;
  process.stderr.write(`error[${code}]: ${(error as Error).message}\n`);
  process.exitCode = 99;
}
