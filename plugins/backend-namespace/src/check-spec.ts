import { KarapaceError, type SandboxSpec } from '@karapace/core';

/** Refuses what this backend would not do exactly as specified. */
export function checkSpec(spec: SandboxSpec): void {
  checkCommand(spec);
}

/** `bwrap` takes 9,000 arguments in all, its own included. */
const MAX_ARGUMENTS = 8_000;

function checkCommand({ command }: SandboxSpec): void {
  if (command.length <= MAX_ARGUMENTS) return;
  throw new KarapaceError(
    'SANDBOX_FAILED',
    `The command has ${command.length} arguments, and at most 8,000 can be passed`,
    {
      hint: 'Pass them through standard input, or in portions: `xargs --max-args=1000`.',
    },
  );
}
