import type { ValueKind } from './operand.ts';

/** One option as people see it. */
export interface Option {
  /** `--jobs <count>`, or with a letter: `-q, --quiet`. */
  readonly flags: string;
  readonly summary: string;
  /** What its value names. Default: `text`. */
  readonly kind?: ValueKind;
}

/** `--jobs <count>` has the names `jobs`; `-q, --quiet` has `q` and `quiet`. */
export function namesOf(option: Option): readonly string[] {
  return option.flags
    .replace(/<.*/, '')
    .split(',')
    .map((flag) => flag.trim().replace(/^--?/, ''));
}

/** The name under which the value is found. */
export function keyOf(option: Option): string {
  return namesOf(option).at(-1) ?? '';
}

export function takesValue(option: Option): boolean {
  return option.flags.includes('<');
}
