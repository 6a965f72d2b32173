import type { Option } from './arguments/option.ts';
import { spellOperands, type Verb } from './arguments/verb.ts';

/** What pages of the manual are made of. */
export interface ManualSource {
  readonly verbs: readonly Verb[];
  readonly globals: readonly Option[];
  readonly version: string;
}

export interface ManualPage {
  /** `karapace-build.1`. */
  readonly file: string;
  /** In the language of man(7). */
  readonly text: string;
}

/** One page for the program and one for each command. Pure. */
export function manualPages(source: ManualSource): readonly ManualPage[] {
  return [programPage(source), ...source.verbs.map((verb) => verbPage(verb, source))];
}

function programPage({ verbs, globals, version }: ManualSource): ManualPage {
  const commands = verbs.flatMap((verb) => ['.TP', `.BR karapace\\-${escape(verb.name)} (1)`, sentence(verb.summary)]);
  return page('karapace', version, [
    ['NAME', [`karapace \\- deterministic Linux environments from a manifest`]],
    ['SYNOPSIS', ['.B karapace', escape('<command> [options]')]],
    ['DESCRIPTION', ['Karapace builds deterministic, content\\-addressed Linux environments from a manifest.']],
    ['COMMANDS', commands],
    ['OPTIONS', globals.flatMap(printOption)],
    ['EXIT STATUS', EXIT_STATUS],
    ['EXAMPLES', printExamples(['karapace new dev && karapace build --name dev && karapace enter dev'])],
  ]);
}

function verbPage(verb: Verb, { globals, version }: ManualSource): ManualPage {
  const aliases = verb.aliases.map((alias) => `\\fBkarapace ${escape(alias)}\\fR`);
  const name = `karapace-${verb.name}`;
  return page(name, version, [
    ['NAME', [`${escape(name)} \\- ${escape(verb.summary)}`]],
    ['SYNOPSIS', [`.B karapace ${escape(verb.name)}`, escape(`[options] ${spellOperands(verb)}`.trim())]],
    [
      'DESCRIPTION',
      [
        sentence(verb.summary),
        ...(aliases.length === 0 ? [] : ['.PP', `Also: ${aliases.join(', ')}.`]),
        ...(verb.advice === undefined ? [] : ['.PP', sentence(verb.advice)]),
      ],
    ],
    ['OPTIONS', [...verb.options, ...globals].flatMap(printOption)],
    ['EXIT STATUS', EXIT_STATUS],
    ['EXAMPLES', printExamples(verb.examples)],
    ['SEE ALSO', ['.BR karapace (1)']],
  ]);
}

const EXIT_STATUS = [
  ...['.TP', '.B 0', 'success'],
  ...['.TP', '.B 1', 'failure'],
  ...['.TP', '.B 2', 'the manifest or the lock'],
  ...['.TP', '.B 3', 'the store'],
  ...['.PP', 'A command that is run inside an environment gives its own.'],
];

type Section = readonly [title: string, lines: readonly string[]];

function page(name: string, version: string, sections: readonly Section[]): ManualPage {
  const title = `.TH ${escape(name.toUpperCase())} 1 "" "Karapace ${escape(version)}" "Karapace"`;
  const body = sections.flatMap(([heading, lines]) => [`.SH ${heading}`, ...lines]);
  return { file: `${name}.1`, text: `${[title, ...body].join('\n')}\n` };
}

function printOption({ flags, summary }: Option): readonly string[] {
  return ['.TP', `\\fB${escape(flags)}\\fR`, sentence(summary)];
}

function printExamples(examples: readonly string[]): readonly string[] {
  return ['.nf', ...examples.map((example) => `$ ${escape(example)}`), '.fi'];
}

function sentence(text: string): string {
  return escape(/[.?!]$/u.test(text) ? text : `${text}.`);
}

/** As man(7) and groff(7) want it: a minus is no hyphen, a backslash and a dot at the beginning mean something. */
function escape(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gm, '\\&');
}
