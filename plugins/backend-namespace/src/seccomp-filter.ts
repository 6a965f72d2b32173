import type { Ids } from '@karapace/core';

import { assembleProgram, type Rule } from './seccomp-program.ts';
import type { FilterArchitecture, Syscall } from './syscall-numbers.ts';

export interface FilterOptions {
  readonly architecture: FilterArchitecture;
  readonly ids: Ids;
  /** Tools that make an image mount file systems in it; nothing else may. */
  readonly mounting: boolean;
}

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

/** The filter that a command runs under, as bytes for `bwrap --seccomp`. */
export function seccompFilter({ architecture, ids, mounting }: FilterOptions): Buffer {
  const rules: readonly Rule[] = [
    ...deny(DENIED),
    ...(mounting ? [] : deny(MOUNTING)),
    ...TERMINAL_RULES,
    ...NAMESPACE_RULES,
    INIT_RULE,
    ...(ids === 'single' ? SINGLE_ID_RULES : []),
  ];
  return assembleProgram({ architecture, rules, otherwise: 'allow' });
}

/** What `bwrap` itself still calls once its filter is in force. */
const STARTING: readonly Syscall[] = ['close', 'execve', 'exit_group', 'prctl', 'wait4', 'write', 'writev'];

/** A filter under which a program can be started but can do nothing: to hear again, without effect, why starting failed. */
export function inertFilter(architecture: FilterArchitecture): Buffer {
  const rules = STARTING.map((syscall): Rule => ({ syscall, action: 'allow' }));
  return assembleProgram({ architecture, rules, otherwise: 'kill' });
}

/** The sandbox shares the caller's terminal: nothing may type into it. */
const TERMINAL_RULES: readonly Rule[] = [TIOCSTI, TIOCLINUX].map((request) => ({
  syscall: 'ioctl',
  action: 'EPERM',
  tests: [{ argument: 1, equals: request }],
}));

/** Who attaches to the sandbox's init stops it, and with it the end of everything inside. Other processes may be traced. */
const INIT_RULE: Rule = { syscall: 'ptrace', action: 'EPERM', tests: [{ argument: 1, equals: 1 }] };

const NAMESPACE_RULES: readonly Rule[] = [
  // A filter cannot read clone3's flags; libraries fall back to clone.
  { syscall: 'clone3', action: 'ENOSYS' },
  ...(['clone', 'unshare'] as const).map((syscall): Rule => ({
    syscall,
    action: 'EPERM',
    tests: [{ argument: 0, mask: CLONE_NEWUSER, equals: CLONE_NEWUSER }],
  })),
];

/**
 * With one id there is nobody to give a file to. That owners stay 0 is what `single` means, so asking for another one
 * succeeds without effect; package tools could not work otherwise. The same holds for device nodes, which no user can make.
 */
const SINGLE_ID_RULES: readonly Rule[] = [
  ...CHANGING_IDS.map((syscall): Rule => ({ syscall, action: 'pretend' })),
  // Device 0:0 is overlayfs' whiteout, which everybody may make.
  ...deviceRules('mknod', 1),
  ...deviceRules('mknodat', 2),
];

function deviceRules(syscall: 'mknod' | 'mknodat', mode: number): readonly Rule[] {
  const makes = (type: number) => ({ argument: mode, mask: S_IFMT, equals: type });
  return [
    { syscall, action: 'allow', tests: [makes(S_IFCHR), { argument: mode + 1, equals: 0 }] },
    { syscall, action: 'pretend', tests: [makes(S_IFCHR)] },
    { syscall, action: 'pretend', tests: [makes(S_IFBLK)] },
  ];
}

function deny(syscalls: readonly Syscall[]): readonly Rule[] {
  return syscalls.map((syscall) => ({ syscall, action: 'EPERM' }));
}
