import { ask, canAsk } from './ask.ts';
import type { Context } from './context.ts';
import { fail } from './fail.ts';
import { describeTemplates, TEMPLATE_NAMES, type TemplateName } from './manifest-templates.ts';
import { formatTable } from './output/format-table.ts';

const [FIRST] = TEMPLATE_NAMES;

/** The template that was named; else the one that somebody chooses on a terminal, or the first. */
export async function chooseTemplate(named: string | undefined, { output }: Context): Promise<TemplateName> {
  if (named !== undefined) return find(named) ?? unknownTemplate(named);
  if (!canAsk() || output.json || output.quiet) return FIRST;
  output.note('What is to be in it?');
  output.note(formatTable(describeTemplates().map(([name, about], index) => [`  ${index + 1}`, name, about])));
  for (;;) {
    const answer = await ask(`A number or a name [1]: `);
    if (answer === undefined)
      return fail('CANCELLED', 'No template was chosen, and no manifest is written', {
        hint: 'Name one: `--template dev`.',
      });
    const chosen = answer === '' ? FIRST : (find(answer) ?? TEMPLATE_NAMES[Number(answer) - 1]);
    if (chosen !== undefined) return chosen;
    output.note(`Give a number from 1 to ${TEMPLATE_NAMES.length}, or a name.`);
  }
}

function find(name: string): TemplateName | undefined {
  return TEMPLATE_NAMES.find((known) => known === name);
}

async function unknownTemplate(name: string): Promise<never> {
  const { nearestName } = await import('@karapace/core');
  const near = nearestName(name, TEMPLATE_NAMES);
  const known = TEMPLATE_NAMES.map((each) => `\`${each}\``).join(', ');
  return fail('USAGE', `There is no template \`${name}\``, {
    hint: near === undefined ? `Use one of ${known}.` : `Did you mean \`${near}\`? There are ${known}.`,
  });
}
