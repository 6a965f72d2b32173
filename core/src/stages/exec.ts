import { sandboxOfEnvironment } from '../build/sandbox-of-environment.ts';
import type { Backend, Session } from '../contracts/backend.ts';
import type { ExitStatus, SessionStreams } from '../contracts/sandbox.ts';
import type { Environment, OpenEnvironment, Store } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';

/** The shells that images bring, in the order people like them. */
const SHELLS = ['/usr/bin/bash', '/bin/bash', '/usr/bin/sh', '/bin/sh'] as const;

export interface ExecInput {
  readonly environment: Environment;
  readonly backend: Backend;
  /** `undefined`: a login shell. */
  readonly command: readonly string[] | undefined;
  /** Share the caller's terminal. */
  readonly terminal: boolean;
  readonly streams: SessionStreams;
  /** The caller's directory, home and kind of terminal. */
  readonly caller: { readonly directory: string; readonly home: string | undefined; readonly term: string | undefined };
  /** Called where whatever the command changes is thrown away. */
  readonly onFrozen?: (() => void) | undefined;
  /** Called once the command runs, so that a frontend can pass signals on. */
  readonly onStart?: ((session: Session) => void) | undefined;
}

/** Runs a command in an environment and waits for it. Its changes stay in the environment's own upper directory. */
export async function execStage(input: ExecInput, store: Store, signal: AbortSignal): Promise<ExitStatus> {
  const { environment, backend, terminal, streams, caller } = input;
  const command = input.command ?? (await loginShell(environment, store));
  await using open = await store.environments.open(environment.env_id);
  const { ids } = environment.lock;
  const layers = await Promise.all(environment.layers.map(({ tree }) => store.trees.checkout(tree, ids)));
  if (open.frozen) input.onFrozen?.();
  const spec = sandboxOfEnvironment({
    environment,
    ...rootOf(open, layers.toReversed()),
    command,
    terminal,
    ...caller,
  });
  const session = await backend.start(spec, { streams, signal, hold: [open.lockDescriptor] });
  input.onStart?.(session);
  return await session.wait();
}

/** What a frozen environment's upper holds shows as one more layer, and nothing is written to it. */
function rootOf({ frozen, upper, work }: OpenEnvironment, lower: readonly string[]) {
  if (frozen) return { lower: [upper, ...lower], upper: { kind: 'discard' } as const };
  return { lower, upper: { kind: 'directory', directory: upper, work } as const };
}

async function loginShell({ layers }: Environment, { trees }: Store): Promise<readonly string[]> {
  const names = await Promise.all(layers.map(({ tree }) => trees.names(tree)));
  const shell = SHELLS.find((file) => names.some((tree) => tree.has(file)));
  if (shell !== undefined) return [shell, '-l'];
  throw new KarapaceError('SANDBOX_FAILED', 'The environment has no shell', {
    hint: 'Run one of its programs with `karapace exec <env> -- <program>`, or add a shell to `[system] packages`.',
  });
}
