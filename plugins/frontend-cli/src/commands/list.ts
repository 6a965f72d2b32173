import type { DamagedEnvironment, Environment, EnvironmentSurvey } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import type { Context } from '../context.ts';
import { environmentRecord } from '../environment-record.ts';
import { openEngine } from '../open-engine.ts';
import { escapeField } from '../output/escape-controls.ts';
import { formatCount } from '../output/format-quantity.ts';
import { formatState } from '../output/format-state.ts';
import { formatTable } from '../output/format-table.ts';
import { JSON_FORMAT } from '../output/output.ts';

/** `karapace list`. */
export const list: Action = async (_invocation, context) => {
  await using engine = await openEngine(context);
  const survey = await engine.survey();
  const { output } = context;
  if (output.json) output.printJson(recordsOf(survey));
  else if (survey.environments.length === 0 && survey.damaged.length === 0) {
    output.note('There is no environment yet. Build one: `karapace build`.');
  } else {
    const rows = [...survey.environments.map(describeRow), ...survey.damaged.map(describeDamaged)];
    output.print(formatTable([['NAME', 'ID', 'STATE', 'BUILT', 'IMAGE'], ...rows]));
  }
  return survey.damaged.length === 0 ? 0 : await tellDamage(survey, context);
};

function recordsOf({ environments, damaged }: EnvironmentSurvey): readonly object[] {
  return [
    ...environments.map((environment) => ({ format: JSON_FORMAT, ...environmentRecord(environment) })),
    ...damaged.map(({ env_id, names, file, reason }) => {
      const short_id = env_id === null ? null : env_id.slice(0, SHORT);
      return { format: JSON_FORMAT, env_id, short_id, name: names[0] ?? null, names, state: 'Damaged', file, reason };
    }),
  ];
}

const SHORT = 12;

function describeRow({ names, short_id, state, built_at, lock }: Environment): string[] {
  const built = built_at.slice(0, 16).replace('T', ' ');
  return [nameOf(names), short_id, formatState(state), built, lock.base.reference].map(escapeField);
}

function describeDamaged({ names, env_id }: DamagedEnvironment): string[] {
  return [nameOf(names), env_id?.slice(0, SHORT) ?? '-', formatState('Damaged'), '-', '-'].map(escapeField);
}

function nameOf(names: readonly string[]): string {
  return names.length === 0 ? '-' : names.join(', ');
}

/** On stderr alone: the list itself is what was asked for. */
async function tellDamage({ damaged }: EnvironmentSurvey, { output }: Context): Promise<number> {
  const [{ KarapaceError }, { describeFailure }] = await Promise.all([
    import('@karapace/core'),
    import('../output/describe-failure.ts'),
  ]);
  const [first] = damaged;
  const message = `${formatCount(damaged.length, 'entry')} cannot be read; of the first: ${first?.reason ?? ''}`;
  const hint =
    'Run `karapace verify-store`, which says what is damaged and what to do; the others can be used meanwhile.';
  const error = new KarapaceError('STORE_CORRUPT', message, { hint, place: { file: first?.file ?? '' } });
  output.note(describeFailure(error));
  return error.exitCode;
}
