import type { Hooks } from '@karapace/core';

import { now } from '../now.ts';
import { isTerminal } from '../output/is-terminal.ts';
import type { Output } from '../output/output.ts';
import { writeNote } from '../output/write-safely.ts';
import { escapeField } from '../output/escape-controls.ts';
import { followEvents } from './follow-events.ts';
import { createLiveView } from './live-view.ts';
import { createPlainView } from './plain-view.ts';
import type { ProgressEvent } from './progress-event.ts';
import { createProgressTracker } from './progress-tracker.ts';
import type { ProgressView } from './progress-view.ts';

const PLUGIN = 'frontend-cli';

/** Shows what the engine does, on stderr, until it is disposed of. */
export function followProgress(hooks: Hooks, output: Output): ProgressView {
  if (output.events === true) return followEvents(hooks, output);
  const tracker = createProgressTracker(now);
  const view = output.quiet ? silentView(output) : openView();
  const take = (event: ProgressEvent): void => view.show(tracker.take(event));

  hooks.stageStarted.tap(PLUGIN, (stage) => take({ kind: 'stage-started', stage }));
  hooks.stageFinished.tap(PLUGIN, (stage) => take({ kind: 'stage-finished', stage }));
  hooks.progressMade.tap(PLUGIN, (text) => take({ kind: 'message', text }));
  hooks.waitStarted.tap(PLUGIN, (text) => take({ kind: 'message', text }));
  hooks.downloadProgressed.tap(PLUGIN, (progress) => take({ kind: 'download', progress }));
  hooks.layerStarted.tap(PLUGIN, ({ layer, key }) => take({ kind: 'layer-started', key, name: layer.name }));
  hooks.layerBuilt.tap(PLUGIN, (layer) => take({ kind: 'layer-built', ...layer }));
  hooks.layerReused.tap(PLUGIN, (layer) => take({ kind: 'layer-reused', ...layer }));
  hooks.layerFailed.tap(PLUGIN, ({ layer, key }) => take({ kind: 'layer-failed', key, name: layer.name }));
  hooks.layerChecked.tap(PLUGIN, ({ layer, ...check }) => take({ kind: 'layer-checked', name: layer.name, ...check }));
  hooks.warningGiven.tap(PLUGIN, (message) =>
    view.interject(`${output.style('yellow', 'warning:')} ${escapeField(message)}`),
  );
  if (output.verbose)
    hooks.outputPrinted.tap(PLUGIN, (line) => view.interject(output.style('dim', `| ${escapeField(line)}`)));
  if (output.trace) traceStages(hooks, view);
  return view;

  function openView(): ProgressView {
    const stream = { write: writeNote, columns: () => process.stderr.columns };
    const options = { tracker, stream };
    const isLive = isTerminal(2) && process.env['TERM'] !== 'dumb';
    return isLive ? createLiveView(options) : createPlainView(options);
  }
}

function silentView({ note }: Output): ProgressView {
  return { show: () => undefined, interject: note, [Symbol.dispose]: () => undefined };
}

function traceStages(hooks: Hooks, view: ProgressView): void {
  const at = (): string => `${(now() / 1000).toFixed(3)} s`;
  hooks.stageStarted.tap(PLUGIN, (stage) => view.interject(`trace: ${at()} ${stage} started`));
  hooks.stageFinished.tap(PLUGIN, (stage) => view.interject(`trace: ${at()} ${stage} finished`));
}
