import { othersThan } from './other-values.ts';
import type { SeccompRule } from './seccomp-rule.ts';

const EPROTONOSUPPORT = 93;
const EAFNOSUPPORT = 97;
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
/** The kernel knows no family from here on, and no protocol of netlink from half of it on. */
const FAMILIES_END = 64;
const PROTOCOLS_END = 32;

/**
 * What programs ask the kernel about the network by (`getaddrinfo`, `ip`), about sockets (`ss`), about devices that come and
 * go (libudev), and by numbers that each subsystem is given (generic netlink): `NETLINK_ROUTE`, `_SOCK_DIAG`,
 * `_KOBJECT_UEVENT`, `_GENERIC`.
 */
const NETLINK_PROTOCOLS = [0, 4, 15, 16];

const OTHER_FAMILIES = othersThan([AF_UNIX, AF_INET, AF_INET6, AF_NETLINK], FAMILIES_END);

/**
 * Every other family is refused as by a kernel that has none of it: asking for one loads its module, a network namespace
 * does not keep all of them apart (vsock, Bluetooth), and few programs need one (`AF_ALG`, `AF_PACKET`, `AF_CAN`).
 */
export const SOCKET_RULES: readonly SeccompRule[] = [
  ...(['socket', 'socketpair'] as const).flatMap((syscall) =>
    OTHER_FAMILIES.map((block): SeccompRule => ({
      syscall,
      errno: EAFNOSUPPORT,
      tests: [{ argument: 0, ...block }],
    })),
  ),
  ...othersThan(NETLINK_PROTOCOLS, PROTOCOLS_END).map((block): SeccompRule => ({
    syscall: 'socket',
    errno: EPROTONOSUPPORT,
    tests: [
      { argument: 0, equals: AF_NETLINK },
      { argument: 2, ...block },
    ],
  })),
];
