import { nearest } from './nearest.ts';
import { keyOf, namesOf, takesValue, type Option } from './option.ts';
import type { Invocation, Verb } from './verb.ts';

export interface Grammar {
  readonly verbs: readonly Verb[];
  /** Options that every verb takes, before or after its name. */
  readonly globals: readonly Option[];
}

/** What was typed: every value a string exactly as it was typed. */
export interface Arguments extends Invocation {
  readonly verb: Verb | undefined;
  readonly problem: Problem | undefined;
}

/** A mistake in what was typed, for a `USAGE` error. */
export interface Problem {
  readonly message: string;
  readonly hint: string;
}

interface Reading {
  verb: Verb | undefined;
  problem: Problem | undefined;
  readonly operands: string[];
  readonly options: Record<string, string | true | undefined>;
  child: string[];
}

/**
 * Reads a command line. Pure.
 *
 * cac turns ids such as `0012` or `1e3` into numbers and takes options out of a child's command line, so that it is
 * given only what was read here.
 */
export function readArguments(tokens: readonly string[], grammar: Grammar): Arguments {
  const reading: Reading = {
    verb: undefined,
    problem: undefined,
    operands: [],
    options: Object.create(null),
    child: [],
  };
  const rest = [...tokens];
  for (let token = rest.shift(); token !== undefined; token = rest.shift()) {
    if (token === '--') readAfterDashes(reading, rest, grammar);
    else if (token.startsWith('-') && token !== '-') readOption(reading, token, { rest, grammar });
    else readWord(reading, token, { rest, grammar });
    if (reading.problem !== undefined) break;
  }
  return reading;
}

interface Remainder {
  readonly rest: string[];
  readonly grammar: Grammar;
}

function readAfterDashes(reading: Reading, rest: string[], grammar: Grammar): void {
  if (reading.verb?.child !== undefined) {
    reading.child = rest.splice(0);
    return;
  }
  const words = rest.splice(0);
  while (words.length > 0 && reading.problem === undefined)
    readWord(reading, words.shift() ?? '', { rest: words, grammar });
}

function readWord(reading: Reading, word: string, { rest, grammar }: Remainder): void {
  if (reading.verb === undefined) {
    reading.verb = grammar.verbs.find(({ name, aliases }) => name === word || aliases.includes(word));
    if (reading.verb === undefined) reading.problem = unknownCommand(word, grammar);
  } else if (reading.verb.child !== undefined && reading.operands.length === 1) {
    reading.child = word === '--' ? rest.splice(0) : [word, ...rest.splice(0)];
  } else if (word.startsWith('-')) {
    reading.problem = {
      message: `\`${word}\` starts with a dash`,
      hint: `No name starts with one; where a file is meant, write \`./${word}\`.`,
    };
  } else {
    reading.operands.push(word);
  }
}

function readOption(reading: Reading, token: string, { rest, grammar }: Remainder): void {
  const [flag = '', ...values] = token.split('=');
  const given = values.length > 0 ? values.join('=') : undefined;
  const option = findOption(flag, [...(reading.verb?.options ?? []), ...grammar.globals]);
  if (option === undefined) {
    reading.problem = unknownOption(flag, reading, grammar);
  } else if (!takesValue(option)) {
    if (given !== undefined) reading.problem = misused(`\`${flag}\` takes no value`, reading);
    reading.options[keyOf(option)] = true;
  } else {
    const value = given ?? (rest[0]?.startsWith('-') === false ? rest.shift() : undefined);
    if (value === undefined || value === '') reading.problem = misused(`\`${option.flags}\` lacks its value`, reading);
    reading.options[keyOf(option)] = value;
  }
}

function findOption(flag: string, options: readonly Option[]): Option | undefined {
  const name = flag.replace(/^--?/, '');
  // `-quiet` and `--q` are neither the long nor the short spelling.
  return flag.startsWith('--') === name.length > 1
    ? options.find((option) => namesOf(option).includes(name))
    : undefined;
}

function unknownOption(flag: string, reading: Reading, { verbs, globals }: Grammar): Problem {
  const owner =
    reading.verb === undefined ? verbs.find(({ options }) => findOption(flag, options) !== undefined) : undefined;
  if (owner === undefined) return noSuchOption(flag, reading, globals);
  return {
    message: `\`${flag}\` stands before its command`,
    hint: `Type it behind the command: \`karapace ${owner.name} ${flag}\`.`,
  };
}

function noSuchOption(flag: string, reading: Reading, globals: readonly Option[]): Problem {
  const { verb } = reading;
  const known = [...(verb?.options ?? []), ...globals].map((option) => `--${keyOf(option)}`);
  const near = nearest(flag, known);
  const message = `There is no option \`${flag}\`${verb === undefined ? '' : ` of \`karapace ${verb.name}\``}`;
  return near === undefined ? misused(message, reading) : { message, hint: `Did you mean \`${near}\`?` };
}

function misused(message: string, { verb }: Reading): Problem {
  return {
    message,
    hint: `Type \`karapace ${verb === undefined ? '' : `${verb.name} `}--help\` to see what there is.`,
  };
}

function unknownCommand(word: string, { verbs }: Grammar): Problem {
  const near = nearest(
    word,
    verbs.flatMap(({ name, aliases }) => [name, ...aliases]),
  );
  return {
    message: `There is no command \`${word}\``,
    hint:
      near === undefined
        ? 'Type `karapace --help` to see what there is.'
        : `Did you mean \`karapace ${near}\`? \`karapace --help\` shows all.`,
  };
}
