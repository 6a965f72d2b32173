import {
  AUDIT_ARCHITECTURES,
  syscallNumber,
  type ArgumentTest,
  type FilterArchitecture,
  type Syscall,
} from '@karapace/sandbox-profile';

/** What the kernel does with a call: `SECCOMP_RET_…` of `linux/seccomp.h`. */
export const ACTIONS = {
  allow: 0x7fff_0000,
  kill: 0x8000_0000,
  /** With an error number in the low 16 bits. */
  fail: 0x0005_0000,
} as const;

/** The action is taken when every test holds; a call that no rule matches gets the program's default. */
export interface Rule {
  readonly syscall: Syscall;
  readonly action: number;
  readonly tests?: readonly ArgumentTest[] | undefined;
}

export interface ProgramOptions {
  readonly architecture: FilterArchitecture;
  readonly rules: readonly Rule[];
  readonly otherwise: number;
}

const LOAD = 0x20;
const AND = 0x54;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const RETURN = 0x06;
const ENOSYS = 38;
/** Offsets in `struct seccomp_data`. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const ARGUMENTS = 16;
/** Set in the numbers of the x32 ABI, which would pass by every rule. */
const X32_BIT = 0x4000_0000;

interface Instruction {
  readonly code: number;
  readonly whenTrue?: number;
  readonly whenFalse?: number;
  readonly value: number;
}

/** Assembles a classic BPF program for `seccomp(2)`; foreign ABIs are killed. Little endian, as both architectures are. */
export function assembleProgram({ architecture, rules, otherwise }: ProgramOptions): Buffer {
  const program: Instruction[] = [
    { code: LOAD, value: ARCHITECTURE },
    { code: JUMP_IF_EQUAL, whenTrue: 1, value: AUDIT_ARCHITECTURES[architecture] },
    giveBack(ACTIONS.kill),
    { code: LOAD, value: NUMBER },
  ];
  if (architecture === 'x86_64')
    program.push({ code: JUMP_IF_AT_LEAST, whenFalse: 1, value: X32_BIT }, giveBack(ACTIONS.fail | ENOSYS));
  for (const rule of rules) program.push(...assembleRule(rule, architecture));
  program.push(giveBack(otherwise));
  return encode(program);
}

function assembleRule({ syscall, action, tests = [] }: Rule, architecture: FilterArchitecture): readonly Instruction[] {
  const number = syscallNumber(syscall, architecture);
  if (number === null) return [];
  const body: Instruction[] = [giveBack(action)];
  for (const test of tests.toReversed()) {
    // A test that fails skips the rest of the rule up to the reload of the call's number.
    if ('differs' in test) body.unshift({ code: JUMP_IF_EQUAL, whenTrue: body.length, value: test.differs });
    else {
      body.unshift({ code: JUMP_IF_EQUAL, whenFalse: body.length, value: test.equals });
      if (test.mask !== undefined) body.unshift({ code: AND, value: test.mask });
    }
    body.unshift({ code: LOAD, value: ARGUMENTS + 8 * test.argument });
  }
  if (tests.length > 0) body.push({ code: LOAD, value: NUMBER });
  return [{ code: JUMP_IF_EQUAL, whenFalse: body.length, value: number }, ...body];
}

function giveBack(action: number): Instruction {
  return { code: RETURN, value: action };
}

/** Bytes of one `struct sock_filter`. */
const SIZE = 8;

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * SIZE);
  for (const [index, { code, whenTrue = 0, whenFalse = 0, value }] of program.entries()) {
    const start = index * SIZE;
    bytes.writeUInt16LE(code, start);
    bytes.writeUInt8(whenTrue, start + 2);
    bytes.writeUInt8(whenFalse, start + 3);
    bytes.writeUInt32LE(value, start + 4);
  }
  return bytes;
}
