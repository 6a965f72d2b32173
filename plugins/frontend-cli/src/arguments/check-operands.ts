import { spellOperand } from './operand.ts';
import type { Problem } from './read-arguments.ts';
import { spellOperands, type Verb } from './verb.ts';

/** What is wrong with the words behind a verb's name: one is missing, or one is too many. Pure. */
export function checkOperands(verb: Verb, words: readonly string[]): Problem | undefined {
  const missing = verb.operands[words.length];
  if (missing !== undefined && missing.isOptional !== true) return problemOf(verb, `lacks ${spellOperand(missing)}`);
  const isTooMany = words.length > verb.operands.length && verb.operands.at(-1)?.isRepeated !== true;
  return isTooMany ? problemOf(verb, `cannot use \`${words.at(-1)}\``) : undefined;
}

function problemOf(verb: Verb, problem: string): Problem {
  const usage = [verb.name, spellOperands(verb)].join(' ').trimEnd();
  return {
    message: `\`karapace ${verb.name}\` ${problem}`,
    hint: [`Type \`karapace ${usage}\`.`, verb.advice].filter(Boolean).join(' '),
  };
}
