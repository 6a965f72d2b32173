import type { GraphLayer, LayerGraph } from '@karapace/core';

import { describeEnvironment } from '../describe-environment.ts';
import { escapeField } from '../output/escape-controls.ts';
import { formatBytes, formatCount, formatDuration } from '../output/format-quantity.ts';

/** What a picture says of a layer, safe to show. */
export interface NodeText {
  readonly name: string;
  readonly kind: string;
  readonly size: string;
  /** Empty where nothing is known of its build. */
  readonly build: string;
}

export function describeNode({ name, kind, entries, bytes, ...build }: GraphLayer): NodeText {
  return {
    name: escapeField(name),
    kind: escapeField(kind),
    size: `${formatBytes(bytes)}, ${formatCount(entries, 'entry')}`,
    build: describeBuild(build),
  };
}

function describeBuild({ lastBuild, buildMilliseconds }: Pick<GraphLayer, 'lastBuild' | 'buildMilliseconds'>): string {
  if (buildMilliseconds === null) return lastBuild ?? '';
  const time = formatDuration(buildMilliseconds);
  return lastBuild === 'reused' ? `reused (${time} to build)` : `built in ${time}`;
}

/** What a picture is called: names, id, image and size. */
export function describeGraph({ environment, layers }: LayerGraph): string {
  const bytes = layers.reduce((sum, layer) => sum + layer.bytes, 0);
  return [describeEnvironment(environment), escapeField(environment.lock.base.reference), formatBytes(bytes)].join(
    ' · ',
  );
}
