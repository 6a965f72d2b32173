import type { Action } from './arguments/verb.ts';
import { textOf } from './arguments/text-of.ts';
import { environmentRecord } from './environment-record.ts';
import { fail } from './fail.ts';
import { openEngine } from './open-engine.ts';
import { escapeField } from './output/escape-controls.ts';
import { JSON_FORMAT } from './output/output.ts';
import { writeOutput } from './output/write-output.ts';
import { whichToEnter } from './which-environment.ts';

/** `karapace inspect <env> --launcher`. */
export const writeLauncher: Action = async ({ operands: [named], options }, context) => {
  if (options['launcher'] !== true) {
    return fail('USAGE', '`--output` says where a launcher is written to, and none is asked for', {
      hint: 'Type `karapace inspect <env> --launcher --output <file>`.',
    });
  }
  if (options['plan'] === true) {
    return fail('USAGE', '`--launcher` and `--plan` contradict each other', { hint: 'Leave one of them out.' });
  }
  const { output, environment } = context;
  await using engine = await openEngine(context);
  const { reference, project, environment: found } = await whichToEnter(named, engine, context);
  const text = await engine.launcher(reference, { home: environment['HOME'], project });
  const file = textOf(options['output']);
  if (file !== undefined) await writeOutput(file, { text, subject: 'The launcher', isProgram: true }, context);
  if (output.json) {
    output.printJson({
      format: JSON_FORMAT,
      ...environmentRecord(found),
      ...(file === undefined ? { launcher: text } : { output: file }),
    });
  } else if (file === undefined) output.print(text.trimEnd());
  else if (!output.quiet) output.print(`Wrote ${escapeField(file)}.`);
  return 0;
};
