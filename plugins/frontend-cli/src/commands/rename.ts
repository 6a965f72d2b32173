import type { Action } from '../arguments/verb.ts';
import { describeEnvironment } from '../describe-environment.ts';
import { environmentRecord } from '../environment-record.ts';
import { openEngine } from '../open-engine.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { projectHere } from '../which-environment.ts';

/** `karapace rename <env> <new-name>`. */
export const rename: Action = async ({ operands: [reference = '', name = ''] }, context) => {
  await using engine = await openEngine(context);
  const project = await projectHere(await engine.inspect(reference), engine, context);
  const environment = await engine.rename(reference, name, project);
  const { output } = context;
  if (output.json) output.printJson({ format: JSON_FORMAT, ...environmentRecord(environment) });
  else if (!output.quiet) output.print(`Now it is ${describeEnvironment(environment)}.`);
  return 0;
};
