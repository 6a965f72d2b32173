import type { RestoreResult } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import { confirm } from '../confirm.ts';
import { describeEnvironment, referenceTo } from '../describe-environment.ts';
import { environmentRecord } from '../environment-record.ts';
import { fail } from '../fail.ts';
import { openEngine } from '../open-engine.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { shortSnapshot } from '../snapshot-record.ts';

/** `karapace restore <env> <snapshot>`. */
export const restore: Action = async ({ operands: [reference = '', snapshot = ''], options }, context) => {
  await using engine = await openEngine(context);
  const found = await engine.inspect(reference);
  const loss = `What was changed inside ${describeEnvironment(found)} and is in no snapshot will be lost.`;
  if (options['yes'] !== true && !(await confirm({ loss, question: 'Restore?' }, context))) {
    return await fail('CANCELLED', `\`${referenceTo(found)}\` stays as it is`, {
      hint: `\`karapace commit ${referenceTo(found)}\` keeps what was changed; \`--yes\` asks nothing.`,
    });
  }
  const result = await engine.restore(reference, snapshot);
  const { output } = context;
  if (output.json) output.printJson({ format: JSON_FORMAT, ...record(result) });
  else if (!output.quiet) output.print(describe(result));
  return 0;
};

function record({ environment, snapshot }: RestoreResult): object {
  return { ...environmentRecord(environment), snapshot_id: snapshot.snapshot_id, generation: environment.generation };
}

function describe({ environment, snapshot }: RestoreResult): string {
  const message = snapshot.message === null ? '' : `: ${snapshot.message}`;
  return `Restored ${describeEnvironment(environment)} to ${shortSnapshot(snapshot)} of ${snapshot.created_at.slice(0, 16).replace('T', ' ')}${message}`;
}
