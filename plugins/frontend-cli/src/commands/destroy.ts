import type { DestroyResult, Environment, Karapace } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import { describeEnvironment, referenceTo } from '../describe-environment.ts';
import { environmentRecord } from '../environment-record.ts';
import { fail } from '../fail.ts';
import { openEngine } from '../open-engine.ts';
import { escapeField } from '../output/escape-controls.ts';
import { JSON_FORMAT } from '../output/output.ts';

/** `karapace destroy <env>`. */
export const destroy: Action = async ({ operands: [reference = ''], options }, context) => {
  await using engine = await openEngine(context);
  const found = await engine.inspect(reference);
  if (found.names.length > 1 && found.names.includes(reference)) return await removeName(reference, engine, context);
  const ask = async () => confirm({ loss: await lossOf(found, engine), question: 'Destroy it?' }, context);
  if (options['yes'] !== true && !(await ask())) {
    return await fail('CANCELLED', `\`${referenceTo(found)}\` is kept`, {
      hint: `Type \`karapace destroy ${referenceTo(found)} --yes\` to be asked nothing.`,
    });
  }
  // By identity: the name may have moved on while somebody was thinking.
  report(await engine.destroy(found.env_id), reference, context);
  return 0;
};

async function lossOf(environment: Environment, engine: Karapace): Promise<string> {
  const count = (await engine.snapshots(environment.env_id)).length;
  const snapshots =
    count === 0 ? '' : count === 1 ? ', and so will its snapshot' : `, and so will its ${count} snapshots`;
  return `What was changed inside ${describeEnvironment(environment)} will be lost${snapshots}.`;
}

/** Asks nothing: the environment and what was changed inside stay. */
async function removeName(name: string, engine: Karapace, context: Context): Promise<number> {
  report(await engine.destroy(name), name, context);
  return 0;
}

function report({ environment, remains }: DestroyResult, reference: string, { output }: Context): void {
  if (output.json) {
    const record =
      remains.length > 0
        ? { ...environmentRecord({ ...environment, names: remains }), status: 'name-removed' }
        : { ...environmentRecord(environment), status: 'destroyed' };
    output.printJson({ format: JSON_FORMAT, ...record });
  } else if (!output.quiet) output.print(describe({ environment, remains }, reference));
}

function describe({ environment, remains }: DestroyResult, reference: string): string {
  if (remains.length === 0) return `Destroyed ${describeEnvironment(environment)}.`;
  const still = remains.map(escapeField).join(', ');
  return `Removed the name ${escapeField(reference)}; the environment ${environment.short_id} is still ${still}.`;
}
