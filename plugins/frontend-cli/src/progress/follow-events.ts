import type { DownloadProgress, Hooks } from '@karapace/core';

import { now } from '../now.ts';
import { JSON_FORMAT, type Output } from '../output/output.ts';
import type { ProgressView } from './progress-view.ts';

const PLUGIN = 'frontend-cli';

/** So often a download tells where it is. */
const DOWNLOAD_MILLISECONDS = 500;

/**
 * Prints what the engine does as NDJSON on stdout: one object per line, each with `event`. The result, or the error, comes
 * after them as with `--json`.
 */
export function followEvents(hooks: Hooks, { printJson }: Pick<Output, 'printJson'>): ProgressView {
  const tell = (event: string, fields: object): void => printJson({ format: JSON_FORMAT, event, ...fields });
  const tellDownload = seldom((progress) => tell('download', describeDownload(progress)));

  hooks.stageStarted.tap(PLUGIN, (stage) => tell('stage-started', { stage }));
  hooks.stageFinished.tap(PLUGIN, (stage) => tell('stage-finished', { stage }));
  hooks.progressMade.tap(PLUGIN, (message) => tell('progress', { message }));
  hooks.waitStarted.tap(PLUGIN, (message) => tell('waiting', { message }));
  hooks.warningGiven.tap(PLUGIN, (message) => tell('warning', { message }));
  hooks.outputPrinted.tap(PLUGIN, (line) => tell('output', { line }));
  hooks.downloadProgressed.tap(PLUGIN, tellDownload);
  hooks.layerStarted.tap(PLUGIN, ({ layer: { name }, key }) => tell('layer-started', { name, key }));
  hooks.layerPhaseStarted.tap(PLUGIN, ({ layer: { name }, key, phase }) =>
    tell('layer-phase-started', { name, key, phase }),
  );
  hooks.layerPhaseFinished.tap(PLUGIN, ({ layer: { name }, key, ...result }) =>
    tell('layer-phase-finished', { name, key, ...result }),
  );
  hooks.layerBuilt.tap(PLUGIN, (layer) => tell('layer-built', layer));
  hooks.layerReused.tap(PLUGIN, (layer) => tell('layer-reused', layer));
  hooks.layerFailed.tap(PLUGIN, ({ layer: { name }, key }) => tell('layer-failed', { name, key }));
  hooks.layerChecked.tap(PLUGIN, ({ layer: { name }, key, isSame }) =>
    tell('layer-checked', { name, key, is_same: isSame }),
  );
  return { show: () => undefined, interject: () => undefined, [Symbol.dispose]: () => undefined };
}

function describeDownload({ files, filesDone, bytes, bytesDone, archive }: DownloadProgress): object {
  const { name, version, arch, size } = archive.pin;
  const one = { name, version, arch, bytes: size, bytes_done: archive.bytesDone, is_done: archive.isDone };
  return { files, files_done: filesDone, bytes, bytes_done: bytesDone, archive: one };
}

/** The first, the last of each archive, and some between. */
function seldom(tell: (progress: DownloadProgress) => void): (progress: DownloadProgress) => void {
  let last = -Infinity;
  return (progress) => {
    const at = now();
    if (!progress.archive.isDone && at - last < DOWNLOAD_MILLISECONDS) return;
    last = at;
    tell(progress);
  };
}
