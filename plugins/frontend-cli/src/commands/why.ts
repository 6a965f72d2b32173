import type { EnvironmentComparison, ExplainedEnvironment } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import { environmentRecord } from '../environment-record.ts';
import { describeComparison } from '../explain/describe-comparison.ts';
import { describeInputs } from '../explain/describe-inputs.ts';
import { comparisonRecord } from '../explain/comparison-record.ts';
import { openEngine } from '../open-engine.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { whichEnvironment } from '../which-environment.ts';

/** `karapace why <env> [other-env]`. */
export const why: Action = async ({ operands: [named, other] }, context) => {
  await using engine = await openEngine(context);
  const reference = await whichEnvironment(named, engine, context);
  const { output } = context;
  const options = { whole: output.verbose };
  if (other === undefined) {
    const explained = await engine.explain(reference);
    if (output.json) output.printJson({ format: JSON_FORMAT, ...explanationRecord(explained) });
    else output.print(describeInputs(explained, options));
  } else {
    const comparison = await engine.compare(reference, other);
    if (output.json) output.printJson({ format: JSON_FORMAT, ...pairRecord(comparison) });
    else output.print(describeComparison(comparison, options));
  }
  return 0;
};

function explanationRecord({ environment, layers }: ExplainedEnvironment): object {
  return {
    ...environmentRecord(environment),
    layers: layers.map(({ definition: { kind, ids, inputs }, name, key, tree, entries, bytes, parents }) => ({
      ...{ name, key, tree, entries, bytes },
      ...{ kind, ids, inputs, parents },
    })),
  };
}

function pairRecord({ before, after, layers, intent }: EnvironmentComparison): object {
  return {
    before: environmentRecord(before),
    after: environmentRecord(after),
    layers: layers.map((layer) => ({ name: layer.name, kind: layer.kind, ...comparisonRecord(layer) })),
    intent,
  };
}
