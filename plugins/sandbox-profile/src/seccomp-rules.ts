import type { Ids } from '@karapace/core';

import type { Syscall } from './syscall-numbers.ts';

/** Compares the low 32 bits of an argument, after a mask. Every ABI lets callers put rubbish into the high ones. */
export type ArgumentTest =
  | { readonly argument: number; readonly mask?: number | undefined; readonly equals: number }
  | { readonly argument: number; readonly differs: number };

/** Answers a call with an error when every test holds; a call that no rule matches is let through. */
export interface SeccompRule {
  readonly syscall: Syscall;
  /** With 0 the call does nothing and succeeds. */
  readonly errno: number;
  readonly tests?: readonly ArgumentTest[] | undefined;
}

export interface SeccompOptions {
  readonly ids: Ids;
  /** Tools that make an image mount file systems in it; nothing else may. */
  readonly mounting: boolean;
}

const PRETEND = 0;
const EPERM = 1;
const ENOSYS = 38;
const AF_VSOCK = 40;
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
const CLONE_NEWUSER = 0x1000_0000;
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
  'syslog',
  'userfaultfd',
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
    HYPERVISOR_RULE,
    ...(ids === 'single' ? SINGLE_ID_RULES : []),
  ];
}

/** The sandbox shares the caller's terminal: nothing may type into it. */
const TERMINAL_RULES: readonly SeccompRule[] = [TIOCSTI, TIOCLINUX].map((request) => ({
  syscall: 'ioctl',
  errno: EPERM,
  tests: [{ argument: 1, equals: request }],
}));

/** Who attaches to the sandbox's init stops it, and with it the end of everything inside. Other processes may be traced. */
const INIT_RULE: SeccompRule = { syscall: 'ptrace', errno: EPERM, tests: [{ argument: 1, equals: 1 }] };

/** No network namespace keeps sockets to the hypervisor apart. */
const HYPERVISOR_RULE: SeccompRule = { syscall: 'socket', errno: EPERM, tests: [{ argument: 0, equals: AF_VSOCK }] };

const NAMESPACE_RULES: readonly SeccompRule[] = [
  // A filter cannot read clone3's flags; libraries fall back to clone.
  { syscall: 'clone3', errno: ENOSYS },
  ...(['clone', 'unshare'] as const).map((syscall): SeccompRule => ({
    syscall,
    errno: EPERM,
    tests: [{ argument: 0, mask: CLONE_NEWUSER, equals: CLONE_NEWUSER }],
  })),
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
