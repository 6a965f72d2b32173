import type { LayerGraph } from '@karapace/core';

import type { Action, Invocation } from '../arguments/verb.ts';
import { textOf } from '../arguments/text-of.ts';
import type { Context } from '../context.ts';
import { environmentRecord } from '../environment-record.ts';
import { fail } from '../fail.ts';
import { drawText } from '../graph/draw-text.ts';
import { openEngine } from '../open-engine.ts';
import { escapeField } from '../output/escape-controls.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { writeOutput } from '../output/write-output.ts';
import { whichEnvironment } from '../which-environment.ts';

/** `karapace graph <env>`. */
export const graph: Action = async (invocation, context) => {
  const { draw, file } = await readOptions(invocation, context);
  await using engine = await openEngine(context);
  const layers = await engine.graph(await whichEnvironment(invocation.operands[0], engine, context));
  const { output } = context;
  const picture = draw(layers);
  if (file !== undefined) await writeOutput(file, { text: `${picture}\n`, subject: 'The picture' }, context);
  if (output.json) output.printJson({ format: JSON_FORMAT, ...graphRecord(layers), output: file ?? null });
  else if (file === undefined) output.print(picture);
  else if (!output.quiet) output.print(`Wrote ${escapeField(file)}.`);
  return 0;
};

interface Drawing {
  readonly draw: (graph: LayerGraph) => string;
  readonly file: string | undefined;
}

async function readOptions({ options }: Invocation, { output }: Context): Promise<Drawing> {
  const { dot, svg, output: file } = options;
  if (dot === true && svg === true)
    return fail('USAGE', '`--dot` and `--svg` contradict each other', { hint: 'Leave one of them out.' });
  const to = textOf(file);
  if (output.json && to === undefined && (dot ?? svg) === true) {
    return fail('USAGE', '`--json` and a picture cannot both be printed', {
      hint: 'Write the picture to a file: `--output <file>`; or leave one of them out.',
    });
  }
  if (dot === true) return { draw: (await import('../graph/draw-dot.ts')).drawDot, file: to };
  if (svg === true) return { draw: (await import('../graph/draw-svg.ts')).drawSvg, file: to };
  return { draw: drawText, file: to };
}

function graphRecord({ environment, layers }: LayerGraph): object {
  return {
    ...environmentRecord(environment),
    layers: layers.map(({ lastBuild, buildMilliseconds, ...layer }) => ({
      ...layer,
      last_build: lastBuild,
      build_milliseconds: buildMilliseconds,
    })),
  };
}
