import { KarapaceError, LIMIT_NAMES, type SandboxSpec } from '@karapace/core';

/** Refuses what this backend would not do exactly as specified. */
export function checkSpec(spec: SandboxSpec): void {
  checkLimits(spec);
  checkCommand(spec);
}

function checkLimits({ limits }: SandboxSpec): void {
  const wanted = LIMIT_NAMES.find((name) => limits[name] !== null);
  if (wanted === undefined) return;
  throw new KarapaceError(
    'BACKEND_UNSUPPORTED',
    `The backend \`namespace\` cannot enforce \`${wanted} = ${limits[wanted]}\``,
    {
      hint: `Remove \`${wanted}\` from \`[runtime.resource_limits]\`.`,
    },
  );
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
