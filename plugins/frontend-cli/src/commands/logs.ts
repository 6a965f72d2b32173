import { StringDecoder } from 'node:string_decoder';

import type { BuiltLayer, EnvironmentLogs, Karapace, KeptLog, LayerLog } from '@karapace/core';

import type { Action } from '../arguments/verb.ts';
import { textOf } from '../arguments/text-of.ts';
import type { Context } from '../context.ts';
import { environmentRecord } from '../environment-record.ts';
import { fail } from '../fail.ts';
import { openEngine } from '../open-engine.ts';
import { escapeControls, escapeField } from '../output/escape-controls.ts';
import { JSON_FORMAT, type Output } from '../output/output.ts';
import { writeResultSlowly } from '../output/write-safely.ts';
import { whichEnvironment } from '../which-environment.ts';

/** `karapace logs [env]`: what the build steps printed. */
export const logs: Action = async ({ operands: [named], options: { layer } }, context) => {
  await using engine = await openEngine(context);
  // What a failed build printed belongs to no environment.
  if (named === undefined && typeof layer === 'string' && /^[0-9a-f]{8,64}$/u.test(layer))
    return await showOne(await engine.log(layer), context);
  const found = await chooseLayers(named, textOf(layer), { engine, context });
  if (context.output.json) context.output.printJson({ format: JSON_FORMAT, ...recordOf(found) });
  else for (const each of found.layers) await show(each, context.output);
  return 0;
};

interface Asked {
  readonly engine: Karapace;
  readonly context: Context;
}

async function chooseLayers(
  named: string | undefined,
  layer: string | undefined,
  { engine, context }: Asked,
): Promise<EnvironmentLogs> {
  const { environment, layers } = await engine.logs(await whichEnvironment(named, engine, context));
  const chosen = layers.filter(({ name, key }) => layer === undefined || name === layer || key.startsWith(layer));
  if (chosen.length > 0) return { environment, layers: chosen };
  return fail('LOG_NOT_FOUND', `The environment has no layer \`${layer}\``, {
    hint: `It has ${layers.map(({ name }) => `\`${name}\``).join(', ')}.`,
  });
}

async function showOne(log: KeptLog, { output }: Context): Promise<number> {
  if (output.json) output.printJson({ format: JSON_FORMAT, layers: [layerRecord({ name: null, key: log.key, log })] });
  else await stream(log);
  return 0;
}

async function show({ name, key, log }: LayerLog, output: Output): Promise<void> {
  output.print(`== ${escapeField(name)} ${key.slice(0, 12)}${log === undefined ? ': no output is kept' : ''}`);
  if (log !== undefined) await stream(log);
}

/** As it comes from the disk, with what could harm a terminal made visible; a slow reader is waited for. */
async function stream(log: KeptLog): Promise<void> {
  const decoder = new StringDecoder('utf8');
  for await (const chunk of log.read()) await writeResultSlowly(escapeControls(decoder.write(chunk as Buffer)));
  await writeResultSlowly(escapeControls(decoder.end()));
}

function recordOf({ environment, layers }: EnvironmentLogs): object {
  return { ...environmentRecord(environment), layers: layers.map(layerRecord) };
}

function layerRecord({ name, key, log }: { name: string | null; key: BuiltLayer['key']; log: KeptLog | undefined }) {
  if (log === undefined) return { name, key, log: null };
  const { file, bytes, written_at } = log;
  return { name, key, log: { file, bytes, written_at } };
}
