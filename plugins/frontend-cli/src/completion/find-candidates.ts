import type { ValueKind } from '../arguments/operand.ts';
import { namesOf, takesValue, type Option } from '../arguments/option.ts';
import type { Verb } from '../arguments/verb.ts';

/** One word that may stand where the cursor is. */
export interface Candidate {
  readonly value: string;
  readonly summary: string;
}

/** What may stand where the cursor is: words that are known, or values of a kind that somebody has to look up. */
export type Candidates =
  | { readonly words: readonly Candidate[] }
  | {
      readonly kind: ValueKind;
      /** The operands before. */
      readonly operands: readonly string[];
      /** The store that was named. */
      readonly store: string | undefined;
    };

const NOTHING: Candidates = { words: [] };

interface Typed {
  verb: Verb | undefined;
  /** The option whose value comes next. */
  open: Option | undefined;
  store: string | undefined;
  isChild: boolean;
  readonly operands: string[];
}

/**
 * Decides what may stand in place of the last of the words that were typed behind the program's name. Pure.
 *
 * @param words the last one is unfinished, perhaps empty
 */
export function findCandidates(
  words: readonly string[],
  { verbs, globals }: { readonly verbs: readonly Verb[]; readonly globals: readonly Option[] },
): Candidates {
  // bash makes a word of its own of the `=` in `--name=dev`.
  const before = words.slice(0, -1).filter((word) => word !== '=');
  const current = words.at(-1) ?? '';
  const typed: Typed = { verb: undefined, open: undefined, store: undefined, isChild: false, operands: [] };
  for (const word of before) takeWord(typed, word, { verbs, globals });
  const { verb, open, operands, store } = typed;
  if (typed.isChild) return { kind: 'file', operands, store };
  if (open !== undefined) return { kind: open.kind ?? 'text', operands, store };
  const options = [...(verb?.options ?? []), ...globals];
  if (current.startsWith('-')) return { words: options.flatMap(spellOption) };
  if (verb === undefined) return { words: verbs.flatMap(spellVerb) };
  const operand = verb.operands[operands.length] ?? verb.operands.find(({ isRepeated }) => isRepeated === true);
  return operand === undefined ? NOTHING : { kind: operand.kind, operands, store };
}

function takeWord(typed: Typed, word: string, grammar: Parameters<typeof findCandidates>[1]): void {
  const { verb, open } = typed;
  if (typed.isChild) return;
  if (open !== undefined) {
    if (namesOf(open).includes('store')) typed.store = word;
    typed.open = undefined;
  } else if (word === '--') {
    typed.isChild = verb?.child !== undefined;
  } else if (word.startsWith('-')) {
    const options = [...(verb?.options ?? []), ...grammar.globals];
    const option = options.find((each) => namesOf(each).includes(word.replace(/^--?/, '')));
    if (option !== undefined && takesValue(option)) typed.open = option;
  } else if (verb === undefined) {
    typed.verb = grammar.verbs.find(({ name, aliases }) => name === word || aliases.includes(word));
  } else {
    typed.operands.push(word);
    // `exec dev git …`: the rest is git's.
    typed.isChild = verb.child === 'required' && typed.operands.length > 1;
  }
}

function spellVerb({ name, aliases, summary }: Verb): readonly Candidate[] {
  return [name, ...aliases].map((value) => ({ value, summary }));
}

function spellOption(option: Option): readonly Candidate[] {
  return namesOf(option).map((name) => ({
    value: name.length === 1 ? `-${name}` : `--${name}`,
    summary: option.summary,
  }));
}
