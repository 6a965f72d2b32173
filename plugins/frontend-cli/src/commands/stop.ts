import type { StopResult } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import { describeEnvironment } from '../describe-environment.ts';
import { environmentRecord } from '../environment-record.ts';
import { fail } from '../fail.ts';
import { openEngine } from '../open-engine.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { whichEnvironment } from '../which-environment.ts';

/** `karapace stop <env>`. */
export const stop: Action = async ({ operands: [named], options }, context) => {
  const { time } = options;
  const graceMilliseconds = typeof time === 'string' ? await readSeconds(time) : undefined;
  await using engine = await openEngine(context);
  const reference = await whichEnvironment(named, engine, context);
  const result = await engine.stop(reference, { graceMilliseconds });
  const { output } = context;
  if (output.json) {
    const { environment, sessions, killed } = result;
    output.printJson({
      format: JSON_FORMAT,
      ...environmentRecord({ ...environment, state: (await engine.inspect(environment.env_id)).state }),
      sessions,
      killed,
    });
  } else if (!output.quiet) output.print(describe(result));
  return 0;
};

const LONGEST_SECONDS = 86_400;

async function readSeconds(text: string): Promise<number> {
  const seconds = /^\d+(?:\.\d+)?$/u.test(text) ? Number(text) : Number.NaN;
  if (seconds <= LONGEST_SECONDS) return seconds * 1_000;
  return fail('USAGE', `\`--time ${text}\` is not a number of seconds`, {
    hint: 'Give a number from 0 to 86400: `--time 10`.',
  });
}

function describe({ environment, sessions, killed }: StopResult): string {
  const name = describeEnvironment(environment);
  if (sessions === 0) return `Nobody is in ${name}.`;
  const ended = sessions === 1 ? 'its session' : `its ${sessions} sessions`;
  return `Stopped ${name}: ended ${ended}${killed === 0 ? '' : `, ${killed} by SIGKILL`}.`;
}
