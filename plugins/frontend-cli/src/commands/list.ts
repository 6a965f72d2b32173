import type { Environment } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import { environmentRecord } from '../environment-record.ts';
import { openEngine } from '../open-engine.ts';
import { escapeField } from '../output/escape-controls.ts';
import { formatState } from '../output/format-state.ts';
import { formatTable } from '../output/format-table.ts';
import { JSON_FORMAT } from '../output/output.ts';

/** `karapace list`. */
export const list: Action = async (_invocation, context) => {
  await using engine = await openEngine(context);
  const environments = await engine.list();
  const { output } = context;
  if (output.json) {
    output.printJson(environments.map((environment) => ({ format: JSON_FORMAT, ...environmentRecord(environment) })));
  } else if (environments.length === 0) {
    output.note('There is no environment yet. Build one: `karapace build`.');
  } else {
    output.print(formatTable([['NAME', 'ID', 'STATE', 'BUILT', 'IMAGE'], ...environments.map(describeRow)]));
  }
  return 0;
};

function describeRow({ names, short_id, state, built_at, lock }: Environment): string[] {
  const name = names.length === 0 ? '-' : names.join(', ');
  return [name, short_id, formatState(state), built_at.slice(0, 16).replace('T', ' '), lock.base.reference].map(
    escapeField,
  );
}
