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
