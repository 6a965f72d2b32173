import type { Environment, Karapace } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import { describeEnvironment, referenceTo } from '../describe-environment.ts';
import { environmentRecord } from '../environment-record.ts';
import { openEngine } from '../open-engine.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { whichEnvironment } from '../which-environment.ts';

type MarkVerb = 'freeze' | 'thaw' | 'archive' | 'unarchive';

const MEANINGS: Readonly<Record<MarkVerb, (environment: Environment) => string>> = {
  freeze: (environment) =>
    `Froze ${describeEnvironment(environment)}: what is changed inside from now on is thrown away. Undo: karapace thaw ${referenceTo(environment)}`,
  thaw: (environment) => `Thawed ${describeEnvironment(environment)}: what is changed inside is kept again.`,
  archive: (environment) =>
    `Archived ${describeEnvironment(environment)}: it cannot be entered. Undo: karapace unarchive ${referenceTo(environment)}`,
  unarchive: (environment) => `Brought ${describeEnvironment(environment)} back.`,
};

function marking(verb: MarkVerb): Action {
  return async ({ operands: [named] }, context) => {
    await using engine: Karapace = await openEngine(context);
    const reference = await whichEnvironment(named, engine, context);
    const environment = await engine[verb](reference);
    const { output } = context;
    if (output.json) output.printJson({ format: JSON_FORMAT, ...environmentRecord(environment) });
    else if (!output.quiet) output.print(MEANINGS[verb](environment));
    return 0;
  };
}

/** `karapace freeze <env>`. */
export const freeze = marking('freeze');
/** `karapace thaw <env>`. */
export const thaw = marking('thaw');
/** `karapace archive <env>`. */
export const archive = marking('archive');
/** `karapace unarchive <env>`. */
export const unarchive = marking('unarchive');
