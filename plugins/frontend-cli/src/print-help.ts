import { cac, type CAC } from 'cac';

import { spellOperand } from './arguments/operand.ts';
import { spellOperands, type Verb } from './arguments/verb.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { VERBS } from './verbs.ts';
import { writeResult } from './output/write-safely.ts';

interface Section {
  title?: string;
  body: string;
}

/** Prints what there is, or what one verb does. Loaded for that alone: registering verbs takes as long as reading a store. */
export function printHelp(verb: Verb | undefined): void {
  const program = createProgram(verb);
  program.parse(['node', 'karapace', ...(verb === undefined ? [] : [verb.name])], { run: false });
  // cac prints by this alone.
  console.info = console.log = (text: string) => writeResult(`${text}\n`);
  program.outputHelp();
}

function createProgram(asked: Verb | undefined): CAC {
  const program = cac('karapace');
  for (const verb of asked === undefined ? VERBS : [asked]) {
    // cac counts operands itself, and knows nothing of another program's command line.
    const operands = verb.operands.map((operand) => spellOperand(operand).replace(/^(.)(.*)\.\.\.(.)$/, '$1...$2$3'));
    const command = program.command([verb.name, ...operands].join(' '), verb.summary);
    command.usage(spellUsage(verb));
    for (const alias of verb.aliases) command.alias(alias);
    if (verb === asked) {
      for (const option of verb.options) command.option(option.flags, option.summary);
      for (const example of verb.examples) command.example(`  $ ${example}`);
    }
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
