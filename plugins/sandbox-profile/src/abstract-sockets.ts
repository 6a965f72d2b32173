import { spawnSync } from 'node:child_process';

import { findTool } from './host-facts.ts';

/**
 * Abstract sockets belong to the network namespace, so that with the host's network those of the host could be reached:
 * of an X server, of a D-Bus without a file. Landlock keeps a process from connecting to any that was not made below it
 * (landlock(7), `LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET`, ABI 6 of Linux 6.12).
 *
 * Nothing on a machine speaks Landlock for others; perl can make the system calls, which have the same numbers everywhere.
 */
const CREATE_RULESET = 444;
const RESTRICT_SELF = 446;
const FIRST_ABI = 6;

/** Asks for the ABI as `LANDLOCK_CREATE_RULESET_VERSION` does; -1 where the kernel has none or it is switched off. */
const ABI = `syscall(${CREATE_RULESET}, 0, 0, 1)`;

/** Restricts itself to its own abstract sockets, where the kernel can, and becomes the command that is given. */
export const CUT_OFF = [
  `if (${ABI} >= ${FIRST_ABI}) {`,
  `my $scoped = pack "QQQ", 0, 0, 1;`,
  `my $rules = syscall ${CREATE_RULESET}, $scoped, 24, 0;`,
  `if ($rules < 0 || syscall(${RESTRICT_SELF}, $rules, 0) != 0) { die "abstract sockets cannot be cut off: $!\\n" }`,
  `} exec { $ARGV[0] } @ARGV; die "$ARGV[0]: $!\\n"`,
].join(' ');

/** Why abstract sockets of the host can be reached, as the end of a sentence; `undefined` where they cannot. */
export function whyNotCutOff(toolDirectories: readonly string[]): string | undefined {
  const perl = findTool('perl', toolDirectories);
  if (perl === undefined) return 'the program `perl` is not installed';
  const { status } = spawnSync(perl, ['-e', `exit(${ABI} < ${FIRST_ABI})`], { stdio: 'ignore', env: {} });
  return status === 0 ? undefined : 'the kernel has no Landlock of Linux 6.12 or later';
}
