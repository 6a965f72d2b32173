import { setTimeout } from 'node:timers/promises';

import { loginShell } from '../build/login-shell.ts';
import { rootOf } from '../build/root-of-environment.ts';
import { sandboxOfEnvironment } from '../build/sandbox-of-environment.ts';
import { checkShape, shapeOf } from '../build/session-shape.ts';
import type { Backend, Session } from '../contracts/backend.ts';
import type { ExitStatus, SandboxLimits, SandboxSpec, SessionStreams } from '../contracts/sandbox.ts';
import type { Environment, OpenEnvironment } from '../contracts/environment-store.ts';
import type { Store } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';

/** What a command is allowed to be started in. */
export interface AdmittedSandbox extends Disposable {
  readonly spec: SandboxSpec;
}

export interface ExecInput {
  readonly environment: Environment;
  readonly backend: Backend;
  /** `undefined`: a login shell. */
  readonly command: readonly string[] | undefined;
  /** Share the caller's terminal. */
  readonly terminal: boolean;
  readonly streams: SessionStreams;
  /** Says what the sandbox may have, and holds it until it is disposed of. */
  readonly admit: (spec: SandboxSpec) => Promise<AdmittedSandbox>;
  /** The caller's directory, home and kind of terminal. */
  readonly caller: { readonly directory: string; readonly home: string | undefined; readonly term: string | undefined };
  /** Called while somebody else is just entering or stopping the environment: his pid and command. */
  readonly onWait?: ((holder: string) => void) | undefined;
  /** Called where whatever the command changes is thrown away. */
  readonly onFrozen?: (() => void) | undefined;
  /** Called with a sentence for people where the command failed of a limit, or may have. */
  readonly onLimit?: ((sentence: string) => void) | undefined;
  /** Called once the command runs, so that a frontend can pass signals on. */
  readonly onStart?: ((session: Session) => void) | undefined;
}

/** A session that is to be joined may always end just then; not so many one after the other. */
const MOST_TRIES = 100;
/** Its processes end one after the other, milliseconds apart. */
const PAUSE_MILLISECONDS = 10;

/** Runs a command in an environment and waits for it. Its changes stay in the environment's own upper directory. */
export async function execStage(input: ExecInput, store: Store, signal: AbortSignal): Promise<ExitStatus> {
  const { environment, backend, streams } = input;
  const command = input.command ?? (await loginShell(environment, store));
  for (let tries = 1; ; tries += 1) {
    await using open = await store.environments.open(environment.env_id, { signal, onWait: input.onWait });
    using admitted = await input.admit(await specIn(open, { ...input, command }, store));
    const { spec } = admitted;
    const { joins } = open;
    if (joins !== undefined) checkShape(joins, spec);
    try {
      const hold = [open.lockDescriptor];
      const session = await backend.start(spec, { streams, signal, hold, join: joins?.sandbox });
      await begin(open, session, spec);
      if (open.frozen) input.onFrozen?.();
      input.onStart?.(session);
      const status = await session.wait();
      await tellLimits(status, spec.limits, input);
      return status;
    } catch (error) {
      const isTooLate = joins !== undefined && error instanceof KarapaceError && error.code === 'SESSION_ENDED';
      if (!isTooLate || tries === MOST_TRIES) throw error;
      await setTimeout(PAUSE_MILLISECONDS, undefined, { signal });
    }
  }
}

/** A login shell ends with the code of its last command, which may have failed long before. */
async function tellLimits(
  { code, limit, uncounted = [] }: ExitStatus,
  limits: SandboxLimits,
  { command, onLimit }: Pick<ExecInput, 'command' | 'onLimit'>,
): Promise<void> {
  const isShell = command === undefined;
  if (limit === undefined && (isShell || uncounted.length === 0)) return;
  const { limitsAtEnd } = await import('../build/limit-reached.ts');
  for (const sentence of limitsAtEnd({ code, limit, uncounted }, limits)) onLimit?.(sentence);
}

/** What entering an environment would do, as operations for people; nothing is started. */
export async function planStage(
  input: Pick<ExecInput, 'environment' | 'backend' | 'command' | 'terminal' | 'caller' | 'admit' | 'onWait'>,
  store: Store,
): Promise<readonly string[]> {
  const { environment, backend } = input;
  const command = input.command ?? (await loginShell(environment, store));
  await using open = await store.environments.open(environment.env_id, { onWait: input.onWait });
  using admitted = await input.admit(await specIn(open, { ...input, command }, store));
  return backend.plan(admitted.spec);
}

/** A session that cannot be recorded could be neither joined nor stopped. */
async function begin(open: OpenEnvironment, session: Session, spec: SandboxSpec): Promise<void> {
  try {
    open.begin(session.pid, shapeOf(spec));
  } catch (error) {
    await session.stop(0);
    throw error;
  }
}

async function specIn(
  open: OpenEnvironment,
  input: Pick<ExecInput, 'environment' | 'terminal' | 'caller'> & { readonly command: readonly string[] },
  { trees }: Store,
): Promise<SandboxSpec> {
  const { environment, command, terminal, caller } = input;
  const layers = await Promise.all(environment.layers.map(({ tree }) => trees.checkout(tree, environment.lock.ids)));
  return sandboxOfEnvironment({ environment, ...rootOf(open, layers.toReversed()), command, terminal, ...caller });
}
