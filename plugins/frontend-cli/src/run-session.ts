import type { Karapace } from '@karapace/core';

import type { Context } from './context.ts';
import { forwardSignals } from './forward-signals.ts';
import { escapeField } from './output/escape-controls.ts';
import { isTerminal } from './output/is-terminal.ts';

export interface SessionRequest {
  readonly reference: string;
  /** Of the project that it is entered for; `undefined` where the reference says that. */
  readonly project: string | undefined;
  /** `undefined`: the login shell. */
  readonly command: readonly string[] | undefined;
  readonly context: Context;
}

/**
 * Runs a command on this process's own streams.
 *
 * @returns the command's own exit code
 */
export async function runSession(engine: Karapace, request: SessionRequest): Promise<number> {
  const { reference, project, command, context } = request;
  const { environment, directory } = context;
  const terminal = isTerminal(0) && isTerminal(1);
  const forwarding = forwardSignals(terminal);
  engine.hooks.warningGiven.tap('frontend-cli', (message) => context.output.note(`warning: ${escapeField(message)}`));
  try {
    const { code } = await engine.exec(reference, {
      command,
      project,
      terminal,
      streams: { stdin: 'inherit', stdout: 'inherit', stderr: 'inherit' },
      caller: { directory, home: environment['HOME'], term: environment['TERM'] },
      onStart: (session) => forwarding.to(session),
      signal: forwarding.early,
    });
    return code;
  } catch (error) {
    if (forwarding.early.aborted) return forwarding.exitCode();
    throw error;
  } finally {
    forwarding.close();
  }
}
