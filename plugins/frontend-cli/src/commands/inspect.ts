import type { Environment, Karapace, LiveSession, PolicyInForce } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import type { Context } from '../context.ts';
import { describePolicy, policyRules } from '../describe-policy.ts';
import { environmentRecord } from '../environment-record.ts';
import { openEngine } from '../open-engine.ts';
import { escapeField } from '../output/escape-controls.ts';
import { formatBytes, formatCount } from '../output/format-quantity.ts';
import { formatState } from '../output/format-state.ts';
import { formatTable } from '../output/format-table.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { whichToEnter, type ToEnter } from '../which-environment.ts';

/** `karapace inspect <env>`. */
export const inspect: Action = async (invocation, context) => {
  const { operands, options } = invocation;
  if (options['launcher'] === true || options['output'] !== undefined)
    return (await import('../write-launcher.ts')).writeLauncher(invocation, context);
  await using engine = await openEngine(context);
  const entry = await whichToEnter(operands[0], engine, context);
  const { environment } = entry;
  if (options['plan'] === true) return await showPlan(entry, engine, context);
  const sessions = await engine.sessions(environment.env_id);
  const found = { environment, sessions, policies: await engine.policies(environment.env_id, environment.project) };
  if (context.output.json) context.output.printJson({ format: JSON_FORMAT, ...record(found) });
  else context.output.print(describe(found));
  return 0;
};

interface Found {
  readonly environment: Environment;
  readonly sessions: readonly LiveSession[];
  readonly policies: readonly PolicyInForce[];
}

/** As a login shell on a terminal would be started from here. */
async function showPlan(
  { reference, project, environment }: ToEnter,
  engine: Karapace,
  context: Context,
): Promise<number> {
  const { directory, environment: variables, output } = context;
  const caller = { directory, home: variables['HOME'], term: variables['TERM'] };
  const plan = await engine.plan(reference, { command: undefined, terminal: true, caller, project });
  if (output.json) output.printJson({ format: JSON_FORMAT, ...environmentRecord(environment), plan });
  else output.print(plan.map(escapeField).join('\n'));
  return 0;
}

function record({ environment, sessions, policies }: Found): object {
  const { lock, layers, project, created_at, built_at } = environment;
  const { base, intent, ids, packages } = lock;
  return {
    ...environmentRecord(environment),
    project,
    created_at,
    built_at,
    image: base.reference,
    backend: intent.runtime.backend,
    ids,
    packages: packages.map(({ name, version, arch, asked }) => ({ name, version, arch, asked })),
    mounts: intent.mounts,
    policy: policies.map((policy) => ({ origin: policy.origin, file: policy.file, rules: policyRules(policy) })),
    sessions: sessions.map(({ client, started_at }) => ({ ...client, started_at })),
    layers: layers.map(({ name, key, tree, entries, bytes }) => ({ name, key, tree, entries, bytes })),
  };
}

function describe({ environment, sessions, policies }: Found): string {
  const { env_id, short_id, names, state, project, created_at, built_at, lock, layers } = environment;
  const asked = lock.packages
    .filter(({ asked: by }) => by !== 'dependency')
    .map(({ name, version }) => `${name} ${version}`);
  const facts: readonly (readonly [string, string])[] = [
    ['Name', names.join(', ') || '-'],
    ['Id', short_id],
    ['Identity', env_id],
    ['State', formatState(state)],
    ...sessions.map(({ client, started_at }): [string, string] => [
      'Session',
      `process ${client.pid} (${client.command}) since ${started_at}`,
    ]),
    ['Project', project],
    ['Created', created_at],
    ['Built', built_at],
    ['Image', lock.base.reference],
    ['Backend', lock.intent.runtime.backend],
    ['Packages', `${asked.join(', ') || 'none asked for'} (${lock.packages.length} with dependencies)`],
    ...lock.intent.mounts.map(({ host, container }): [string, string] => ['Mount', `${host} on ${container}`]),
    ...policies.map((policy): [string, string] => ['Policy', describePolicy(policy)]),
    ...layers.map(({ name, tree, entries, bytes }): [string, string] => [
      'Layer',
      `${name} ${tree.slice(0, 12)} (${formatCount(entries, 'entry')}, ${formatBytes(bytes)})`,
    ]),
  ];
  return formatTable(facts.map((row) => row.map(escapeField)));
}
