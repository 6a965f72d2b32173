import type { DownloadProgress, StageName } from '@karapace/core';

import { formatBytes, formatCount, formatDuration } from '../output/format-quantity.ts';
import { escapeField } from '../output/escape-controls.ts';
import { createArchiveRows, type ArchiveRows } from './archive-rows.ts';
import { createDownloadMeter, type DownloadMeter } from './download-meter.ts';
import type { ProgressEvent } from './progress-event.ts';

/** Something to say. `lasting` lines are worth keeping where what goes on is visible anyway. */
export interface ProgressLine {
  readonly text: string;
  readonly lasting: boolean;
}

export interface ProgressTracker {
  /** Takes an event; gives what to say about it. */
  readonly take: (event: ProgressEvent) => readonly ProgressLine[];
  /** What goes on at this moment, one line each. */
  readonly rows: () => readonly string[];
}

type Event<Kind extends ProgressEvent['kind']> = Extract<ProgressEvent, { kind: Kind }>;

interface NamedLayer {
  readonly key: string;
  readonly name: string;
}

interface Activity {
  readonly title: string;
  readonly startedAt: number;
}

// The others are over at once.
const STAGES: Partial<Record<StageName, string>> = { resolve: 'Resolving' };

interface State {
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** By layer key. */
  readonly layers: Map<string, Activity>;
  readonly meter: DownloadMeter;
  readonly archives: ArchiveRows;
  stage: Activity | undefined;
  /** How many are in that stage. */
  staged: number;
  message: string | undefined;
}

/** @param now milliseconds on a clock that only goes forward */
export function createProgressTracker(now: () => number): ProgressTracker {
  const state: State = {
    now,
    layers: new Map(),
    meter: createDownloadMeter(),
    archives: createArchiveRows(),
    stage: undefined,
    staged: 0,
    message: undefined,
  };
  return { take: (event) => take(event, state), rows: () => describeRows(state) };
}

function take(event: ProgressEvent, state: State): readonly ProgressLine[] {
  switch (event.kind) {
    case 'stage-started':
      return startStage(event.stage, state);
    case 'stage-finished':
      return finishStage(event.stage, state);
    case 'message':
      state.message = escapeField(event.text);
      return passing(state.message);
    case 'download':
      return download(event.progress, state);
    case 'layer-started':
      return startLayer(event, state);
    case 'layer-failed':
      // What went wrong is told at the end.
      state.layers.delete(event.key);
      return [];
    case 'layer-checked':
      return finishCheck(event, state);
    case 'layer-built':
    case 'layer-reused':
      return finishLayer(event, state);
  }
}

/** Of several projects, several may be in one stage. */
function startStage(name: StageName, state: State): readonly ProgressLine[] {
  const title = STAGES[name];
  if (title === undefined) return [];
  state.staged += 1;
  if (state.staged > 1) return [];
  state.message = undefined;
  state.stage = { title, startedAt: state.now() };
  return passing(title);
}

function finishStage(name: StageName, state: State): readonly ProgressLine[] {
  if (STAGES[name] === undefined) return [];
  state.staged -= 1;
  if (state.staged > 0) return [];
  state.stage = undefined;
  state.message = undefined;
  return [];
}

function download(progress: DownloadProgress, { meter, archives, now }: State): readonly ProgressLine[] {
  const isNew = meter.describe(now()) === undefined;
  meter.add(progress, now());
  archives.add(progress.archive, now());
  const finished = meter.finish(now());
  if (finished !== undefined) return lasting(finished);
  return isNew ? passing(`Downloading ${formatCount(progress.files, 'archive')}, ${formatBytes(progress.bytes)}`) : [];
}

function startLayer({ key, name }: NamedLayer, { layers, now }: State): readonly ProgressLine[] {
  const title = `Building layer ${escapeField(name)}`;
  layers.set(key, { title, startedAt: now() });
  return passing(title);
}

function finishCheck({ key, name, isSame }: Event<'layer-checked'>, { layers }: State): readonly ProgressLine[] {
  layers.delete(key);
  return passing(`Layer ${escapeField(name)} came out ${isSame ? 'the same' : 'different'} the second time`);
}

function finishLayer(event: Event<'layer-built' | 'layer-reused'>, { layers, now }: State): readonly ProgressLine[] {
  const what = `layer ${escapeField(event.name)}: ${formatCount(event.entries, 'entry')}, ${formatBytes(event.bytes)}`;
  // What changes nothing is not worth a line where what goes on is visible.
  if (event.kind === 'layer-reused') return passing(`Reused ${what}`);
  const started = layers.get(event.key);
  layers.delete(event.key);
  return lasting(`Built ${what}${started === undefined ? '' : `, in ${formatDuration(now() - started.startedAt)}`}`);
}

function describeRows({ stage, message, layers, meter, archives, now }: State): readonly string[] {
  const download = meter.describe(now());
  const busy = [...layers.values()].map((layer) => describeActivity(layer, now()));
  if (download !== undefined)
    busy.push(`Downloading ${download}`, ...archives.describe(now()).map((row) => `  ${row}`));
  if (stage === undefined || (busy.length > 0 && message === undefined)) return busy;
  return [`${describeActivity(stage, now())}${message === undefined ? '' : `: ${message}`}`, ...busy];
}

function describeActivity({ title, startedAt }: Activity, now: number): string {
  return `${title} (${formatDuration(Math.floor((now - startedAt) / 1000) * 1000)})`;
}

function passing(text: string): readonly ProgressLine[] {
  return [{ text, lasting: false }];
}

function lasting(text: string): readonly ProgressLine[] {
  return [{ text, lasting: true }];
}
