/** What a value names: completions offer what there is of it. */
export type ValueKind =
  | 'count'
  | 'directory'
  | 'environment'
  | 'file'
  | 'manifest'
  | 'package'
  | 'seconds'
  | 'shell'
  | 'snapshot'
  | 'template'
  | 'text';

/** One word that a command takes behind its name. */
export interface Operand {
  /** As help writes it: `env`, `new-name`. */
  readonly name: string;
  readonly kind: ValueKind;
  /** May be left out. Default: must be given. */
  readonly isOptional?: true;
  /** May be given more than once; the last operand alone. Default: once. */
  readonly isRepeated?: true;
}

/** `<env>`, `[manifest...]`. */
export function spellOperand({ name, isOptional, isRepeated }: Operand): string {
  const word = `${name}${isRepeated === true ? '...' : ''}`;
  return isOptional === true ? `[${word}]` : `<${word}>`;
}
