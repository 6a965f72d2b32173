import { cac, type CAC } from 'cac';

import { spellOperand } from './arguments/operand.ts';
import { keyOf, takesValue, type Option } from './arguments/option.ts';
import type { Arguments } from './arguments/read-arguments.ts';
import { spellOperands, type Verb } from './arguments/verb.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { VERBS } from './verbs.ts';

export type RunVerb = (verb: Verb) => Promise<number>;

interface Section {
  title?: string;
  body: string;
}

/**
 * Registers the verb that was typed, or all where help is asked for; `run` is called for the one that matches. Registering
 * takes as long as reading a store.
 */
export function createProgram(run: RunVerb, typed: Verb | undefined): CAC {
  const program = cac('karapace');
  for (const verb of typed === undefined ? VERBS : [typed]) {
    // cac counts operands itself, and knows nothing of another program's command line.
    const operands = verb.operands.map((operand) => spellOperand(operand).replace(/^(.)(.*)\.\.\.(.)$/, '$1...$2$3'));
    const command = program.command([verb.name, ...operands].join(' '), verb.summary);
    command.usage(spellUsage(verb));
    for (const alias of verb.aliases) command.alias(alias);
    if (verb === typed) {
      for (const option of verb.options) command.option(option.flags, option.summary);
      for (const example of verb.examples) command.example(`  $ ${example}`);
    }
    command.action(() => run(verb));
  }
  for (const { flags, summary } of GLOBAL_OPTIONS) program.option(flags, summary);
  program.globalCommand.helpCallback = tidyHelp;
  program.example('  $ karapace new dev && karapace build --name dev && karapace enter dev');
  return program;
}

function spellUsage(verb: Verb): string {
  const operands = spellOperands(verb);
  const words = verb.child === undefined ? [verb.name, operands, '[options]'] : [verb.name, '[options]', operands];
  return words.filter((word) => word !== '').join(' ');
}

/** Makes cac match the verb, and count its operands, from arguments that were read already. */
export function matchVerb(program: CAC, { verb, operands, options }: Arguments): void {
  const flags = [...(verb?.options ?? []), ...GLOBAL_OPTIONS].filter((option) => options[keyOf(option)] !== undefined);
  const words = verb === undefined ? [] : [verb.name, ...operands];
  program.parse(['node', 'karapace', ...words, ...flags.map((option) => spell(option, options))], { run: false });
}

function spell(option: Option, options: Arguments['options']): string {
  return takesValue(option) ? `--${keyOf(option)}=${String(options[keyOf(option)])}` : `--${keyOf(option)}`;
}

function tidyHelp(sections: Section[]): Section[] {
  const verb = VERBS.find(({ name }) => sections[1]?.body.trimStart().startsWith(`$ karapace ${name}`));
  const kept = sections.slice(1).filter(({ title }) => title?.startsWith('For more info') !== true);
  const [usage, ...rest] = kept.map(({ title, body }) => ({
    ...(title === undefined ? {} : { title }),
    // cac's own spelling of what may be given more than once.
    body: body.replace(/(?: \(default: true\))? *$/gm, '').replace(/([[<])\.\.\.(\w+)/g, '$1$2...'),
  }));
  const about = verb === undefined ? aboutProgram() : aboutVerb(verb);
  return [{ body: about }, ...(usage === undefined ? [] : [usage]), ...rest];
}

function aboutProgram(): string {
  return 'Karapace builds deterministic Linux environments from a manifest.\n`karapace <command> --help` explains a command.';
}

function aboutVerb({ summary, aliases }: Verb): string {
  return aliases.length === 0 ? summary : `${summary}\nAlso: ${aliases.map((alias) => `karapace ${alias}`).join(', ')}`;
}
