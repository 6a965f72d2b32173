import {
  AUDIT_ARCHITECTURES,
  seccompRules,
  syscallNumber,
  type FilterArchitecture,
  type SeccompOptions,
  type Syscall,
} from '@karapace/sandbox-profile';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { inertFilter, seccompFilter } from '../src/seccomp-filter.ts';
import { interpret } from './fixtures/interpret-bpf.ts';

const ALLOW = 0x7fff_0000;
const KILL = 0x8000_0000;
const EPERM = 0x0005_0001;
const ENOSYS = 0x0005_0026;
const PRETEND = 0x0005_0000;
const CLONE_NEWUSER = 0x1000_0000n;
const CLONE_NEWCGROUP = 0x0200_0000n;

const architectures = fc.constantFrom<FilterArchitecture>('x86_64', 'aarch64');
const highBits = fc.bigInt({ min: 0n, max: 0xffff_ffffn }).map((high) => high << 32n);

interface Question extends Partial<SeccompOptions> {
  readonly args?: readonly bigint[];
}

function ask(
  architecture: FilterArchitecture,
  syscall: Syscall,
  { args = [], ids = 'full', mounting = false }: Question = {},
) {
  const filter = seccompFilter({ architecture, rules: seccompRules({ ids, mounting }) });
  const number = syscallNumber(syscall, architecture) ?? -1;
  return interpret(filter, { architecture: AUDIT_ARCHITECTURES[architecture], number, args });
}

test('typing into a terminal and changing its line discipline are refused whatever the high bits of the request are', () => {
  fc.assert(
    fc.property(architectures, highBits, fc.constantFrom(0x5412n, 0x541cn, 0x5423n), (name, high, request) => {
      expect(ask(name, 'ioctl', { args: [0n, high | request] })).toBe(EPERM);
    }),
  );
});

test('other requests to devices are allowed', () => {
  fc.assert(
    fc.property(architectures, fc.bigInt({ min: 0n, max: 0xffff_ffffn }), (name, request) => {
      fc.pre(![0x5412n, 0x541cn, 0x5423n].includes(request));
      expect(ask(name, 'ioctl', { args: [0n, request] })).toBe(ALLOW);
    }),
  );
});

test('user and control group namespaces are refused with whatever other flags, and other clones are not', () => {
  fc.assert(
    fc.property(
      architectures,
      fc.constantFrom<Syscall>('clone', 'unshare'),
      fc.bigInt({ min: 0n, max: 0xffff_ffffn }),
      (name, syscall, flags) => {
        expect(ask(name, syscall, { args: [flags | CLONE_NEWUSER] })).toBe(EPERM);
        expect(ask(name, syscall, { args: [flags | CLONE_NEWCGROUP] })).toBe(EPERM);
        expect(ask(name, syscall, { args: [flags & ~(CLONE_NEWUSER | CLONE_NEWCGROUP)] })).toBe(ALLOW);
      },
    ),
  );
});

test.for(['x86_64', 'aarch64'] as const)('clone3 looks as if the kernel did not have it, on %s', (name) => {
  expect(ask(name, 'clone3')).toBe(ENOSYS);
});

test('calls of another ABI are killed or unknown', () => {
  const filter = seccompFilter({ architecture: 'x86_64', rules: seccompRules({ ids: 'full', mounting: false }) });

  expect(interpret(filter, { architecture: 0x4000_0003, number: 1, args: [] })).toBe(KILL);
  expect(interpret(filter, { architecture: AUDIT_ARCHITECTURES.x86_64, number: 0x4000_0001, args: [] })).toBe(ENOSYS);
});

test('only tools may mount', () => {
  for (const syscall of ['mount', 'umount2', 'pivot_root', 'move_mount', 'fsopen'] as const) {
    expect(ask('x86_64', syscall)).toBe(EPERM);
    expect(ask('x86_64', syscall, { mounting: true })).toBe(ALLOW);
  }
});

test('changing owners is pretended where there is one id only', () => {
  for (const syscall of ['chown', 'fchownat', 'setresuid', 'setgroups'] as const) {
    expect(ask('x86_64', syscall)).toBe(ALLOW);
    expect(ask('x86_64', syscall, { ids: 'single' })).toBe(PRETEND);
  }
});

test('where there is one id only, making a device is pretended, and a whiteout, a file or a FIFO is made', () => {
  const mknod = (mode: bigint, device: bigint) => ask('x86_64', 'mknod', { args: [0n, mode, device], ids: 'single' });

  expect([mknod(0o020_666n, 0x103n), mknod(0o060_660n, 0x800n)]).toEqual([PRETEND, PRETEND]);
  expect([mknod(0o020_000n, 0n), mknod(0o100_644n, 0n), mknod(0o010_644n, 0n)]).toEqual([ALLOW, ALLOW, ALLOW]);
});

test('under the inert filter nothing can be opened or sent', () => {
  const number = (name: number) =>
    interpret(inertFilter('x86_64'), { architecture: AUDIT_ARCHITECTURES.x86_64, number: name, args: [] });

  expect([2, 257, 41, 9, 56, 62].map(number)).toEqual([KILL, KILL, KILL, KILL, KILL, KILL]);
  expect(number(59)).toBe(ALLOW);
});

test("nothing can trace the sandbox's init, and other processes can be traced", () => {
  fc.assert(
    fc.property(architectures, highBits, fc.bigInt({ min: 2n, max: 0x3f_ffffn }), (name, high, pid) => {
      expect(ask(name, 'ptrace', { args: [16n, high | 1n] })).toBe(EPERM);
      expect(ask(name, 'ptrace', { args: [16n, pid] })).toBe(ALLOW);
    }),
  );
});

const EAFNOSUPPORT = 0x0005_0061;
const EPROTONOSUPPORT = 0x0005_005d;
const word = fc.bigInt({ min: 0n, max: 0xffff_ffffn });

test('sockets are those of files, of the internet and of four protocols of netlink, and of no other family', () => {
  const kinds = fc.record({ family: fc.bigInt({ min: 0n, max: 63n }), protocol: fc.bigInt({ min: 0n, max: 31n }) });
  fc.assert(
    fc.property(architectures, highBits, kinds, (name, high, { family, protocol }) => {
      const args = [high | family, 1n, high | protocol];
      const isKnown = [1n, 2n, 10n, 16n].includes(family);
      const isProtocol = family !== 16n || [0n, 4n, 15n, 16n].includes(protocol);

      expect(ask(name, 'socket', { args })).toBe(isKnown ? (isProtocol ? ALLOW : EPROTONOSUPPORT) : EAFNOSUPPORT);
      expect(ask(name, 'socketpair', { args })).toBe(isKnown ? ALLOW : EAFNOSUPPORT);
    }),
  );
});

test('a program may be of Linux with 32 or 64 bits, with addresses by chance or not, and may ask what it is', () => {
  const allowed = [0n, 0x8n, 0x4_0000n, 0x4_0008n, 0xffff_ffffn];
  const nearly = fc
    .tuple(fc.constantFrom(...allowed), fc.integer({ min: 0, max: 31 }))
    .map(([value, bit]) => value ^ (1n << BigInt(bit)));
  fc.assert(
    fc.property(architectures, highBits, fc.oneof(word, nearly, fc.constantFrom(...allowed)), (name, high, persona) => {
      expect(ask(name, 'personality', { args: [high | persona] })).toBe(allowed.includes(persona) ? ALLOW : EPERM);
    }),
  );
});
