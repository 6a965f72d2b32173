import type { Ids } from '@karapace/core';

import { othersThan } from './other-values.ts';
import type { SeccompRule } from './seccomp-rule.ts';
import { SOCKET_RULES } from './socket-rules.ts';
import type { Syscall } from './syscall-numbers.ts';

export interface SeccompOptions {
  readonly ids: Ids;
  /** Tools that make an image mount file systems in it; nothing else may. */
  readonly mounting: boolean;
}

const PRETEND = 0;
const EPERM = 1;
const ENOSYS = 38;
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
const TIOCSETD = 0x5423;
const CLONE_NEWUSER = 0x1000_0000;
const CLONE_NEWCGROUP = 0x0200_0000;
const S_IFMT = 0o170_000;
const S_IFCHR = 0o020_000;
const S_IFBLK = 0o060_000;

/** Calls that reach past namespaces, or that have been the door to most kernel holes, and that no environment needs. */
const DENIED: readonly Syscall[] = [
  'acct',
  'add_key',
  'adjtimex',
  'bpf',
  'clock_adjtime',
  'clock_settime',
  'delete_module',
  'fanotify_init',
  'finit_module',
  'init_module',
  'io_uring_enter',
  'io_uring_register',
  'io_uring_setup',
  'ioperm',
  'iopl',
  'kexec_file_load',
  'kexec_load',
  'keyctl',
  'lookup_dcookie',
  'migrate_pages',
  'modify_ldt',
  'name_to_handle_at',
  'nfsservctl',
  'open_by_handle_at',
  'perf_event_open',
  'quotactl',
  'quotactl_fd',
  'reboot',
  'request_key',
  'setns',
  'settimeofday',
  'swapoff',
  'swapon',
  'sysfs',
  'syslog',
  'uselib',
  'userfaultfd',
  'ustat',
  'vhangup',
];

const MOUNTING: readonly Syscall[] = [
  'fsconfig',
  'fsmount',
  'fsopen',
  'fspick',
  'mount',
  'mount_setattr',
  'move_mount',
  'open_tree',
  'open_tree_attr',
  'pivot_root',
  'umount2',
];

const CHANGING_IDS: readonly Syscall[] = [
  'chown',
  'fchown',
  'fchownat',
  'lchown',
  'setfsgid',
  'setfsuid',
  'setgid',
  'setgroups',
  'setregid',
  'setresgid',
  'setresuid',
  'setreuid',
  'setuid',
];

/** What a command may not call, in a form that every backend can turn into its own. Calls of other ABIs are not in it. */
export function seccompRules({ ids, mounting }: SeccompOptions): readonly SeccompRule[] {
  return [
    ...deny(DENIED),
    ...(mounting ? [] : deny(MOUNTING)),
    ...TERMINAL_RULES,
    ...NAMESPACE_RULES,
    INIT_RULE,
    ...PERSONALITY_RULES,
    ...SOCKET_RULES,
    ...(ids === 'single' ? SINGLE_ID_RULES : []),
  ];
}

/** The sandbox shares the caller's terminal: nothing may type into it, nor have the kernel load a driver for its line. */
const TERMINAL_RULES: readonly SeccompRule[] = [TIOCSTI, TIOCLINUX, TIOCSETD].map((request) => ({
  syscall: 'ioctl',
  errno: EPERM,
  tests: [{ argument: 1, equals: request }],
}));

/** Who attaches to the sandbox's init stops it, and with it the end of everything inside. Other processes may be traced. */
const INIT_RULE: SeccompRule = { syscall: 'ptrace', errno: EPERM, tests: [{ argument: 1, equals: 1 }] };

const PER_LINUX32 = 0x8;
/** Debuggers and sanitizers start programs with it, so that addresses are the same each time. */
const ADDR_NO_RANDOMIZE = 0x4_0000;
/** Changes nothing, and gives what is set. */
const ASK = 0xffff_ffff;

/** Other systems are imitated by code that hardly anybody runs, and other flags take protections of memory away. */
const PERSONALITY_RULES: readonly SeccompRule[] = othersThan(
  [0, PER_LINUX32, ADDR_NO_RANDOMIZE, ADDR_NO_RANDOMIZE + PER_LINUX32, ASK],
  2 ** 32,
).map((block) => ({ syscall: 'personality', errno: EPERM, tests: [{ argument: 0, ...block }] }));

const NAMESPACE_RULES: readonly SeccompRule[] = [
  // A filter cannot read clone3's flags; libraries fall back to clone.
  { syscall: 'clone3', errno: ENOSYS },
  ...(['clone', 'unshare'] as const).flatMap((syscall) =>
    // Whoever may mount could mount the host's control groups in a namespace of their own.
    [CLONE_NEWUSER, CLONE_NEWCGROUP].map((flag): SeccompRule => ({
      syscall,
      errno: EPERM,
      tests: [{ argument: 0, mask: flag, equals: flag }],
    })),
  ),
];

/**
 * With one id there is nobody to give a file to. That owners stay 0 is what `single` means, so asking for another one
 * succeeds without effect; package tools could not work otherwise. The same holds for device nodes, which no user can make.
 */
const SINGLE_ID_RULES: readonly SeccompRule[] = [
  ...CHANGING_IDS.map((syscall): SeccompRule => ({ syscall, errno: PRETEND })),
  ...deviceRules('mknod', 1),
  ...deviceRules('mknodat', 2),
];

function deviceRules(syscall: 'mknod' | 'mknodat', mode: number): readonly SeccompRule[] {
  const makes = (type: number) => ({ argument: mode, mask: S_IFMT, equals: type });
  return [
    // Device 0:0 is overlayfs' whiteout, which everybody may make.
    { syscall, errno: PRETEND, tests: [makes(S_IFCHR), { argument: mode + 1, differs: 0 }] },
    { syscall, errno: PRETEND, tests: [makes(S_IFBLK)] },
  ];
}

function deny(syscalls: readonly Syscall[]): readonly SeccompRule[] {
  return syscalls.map((syscall) => ({ syscall, errno: EPERM }));
}
