import {
  seccompRules,
  type ArgumentTest,
  type FilterArchitecture,
  type SeccompOptions,
} from '@karapace/sandbox-profile';

export interface OciSeccomp {
  readonly defaultAction: string;
  readonly architectures: readonly string[];
  readonly syscalls: readonly OciSyscall[];
}

interface OciSyscall {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet: number;
  readonly args?: readonly OciArgument[];
}

interface OciArgument {
  readonly index: number;
  readonly value: number;
  readonly valueTwo?: number;
  readonly op: string;
}

const ARCHITECTURES: Readonly<Record<FilterArchitecture, string>> = {
  x86_64: 'SCMP_ARCH_X86_64',
  aarch64: 'SCMP_ARCH_AARCH64',
};
const LOW_HALF = 0xffff_ffff;

/** The rules in libseccomp's terms. Calls of other ABIs end the caller: libseccomp does that for whatever it is not told of. */
export function ociSeccomp({
  architecture,
  ...options
}: SeccompOptions & { readonly architecture: FilterArchitecture }): OciSeccomp {
  return {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: [ARCHITECTURES[architecture]],
    syscalls: seccompRules(options).map(({ syscall, errno, tests = [] }) => ({
      names: [syscall],
      action: 'SCMP_ACT_ERRNO',
      errnoRet: errno,
      ...(tests.length === 0 ? {} : { args: tests.map(printTest) }),
    })),
  };
}

function printTest(test: ArgumentTest): OciArgument {
  const index = test.argument;
  if ('differs' in test) return { index, value: test.differs, op: 'SCMP_CMP_NE' };
  return { index, value: test.mask ?? LOW_HALF, valueTwo: test.equals, op: 'SCMP_CMP_MASKED_EQ' };
}
