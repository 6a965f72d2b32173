import type { Action } from '../arguments/verb.ts';
import { openQuietEngine } from '../open-engine.ts';
import { formatCount } from '../output/format-quantity.ts';
import { JSON_FORMAT } from '../output/output.ts';
import { followProgress } from '../progress/follow-progress.ts';

/** `karapace migrate`. */
export const migrate: Action = async (_invocation, context) => {
  await using engine = await openQuietEngine(context);
  const { output } = context;
  using _progress = followProgress(engine.hooks, output);
  const { from, to, environments } = await engine.migrate();
  const status = from === to ? 'unchanged' : 'migrated';
  if (output.json) output.printJson({ format: JSON_FORMAT, status, from, to, environments });
  else if (!output.quiet) {
    const kept = formatCount(environments, 'environment');
    output.print(
      from === to
        ? `The store has format ${to} already.`
        : `Migrated the store from format ${from} to ${to}, with ${kept}.`,
    );
  }
  return 0;
};
