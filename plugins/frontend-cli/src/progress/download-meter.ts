import type { DownloadProgress } from '@karapace/core';

import { formatBytes, formatCount, formatDuration } from '../output/format-quantity.ts';

/** Long enough to be steady, short enough to notice a mirror that stalls. */
const WINDOW_MILLISECONDS = 8000;
/** Chunks arrive by the thousand. */
const SAMPLE_MILLISECONDS = 100;

export interface DownloadMeter {
  add(progress: DownloadProgress, now: number): void;
  /** Files, bytes, rate and time left; `undefined` where nothing is on its way. */
  describe(now: number): string | undefined;
  /** The sentence for a batch that is complete, once. */
  finish(now: number): string | undefined;
}

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** Measures one batch of downloads after the other. */
export function createDownloadMeter(): DownloadMeter {
  let samples: readonly Sample[] = [];
  let latest: DownloadProgress | undefined;
  let startedAt = 0;

  return {
    add(progress, now) {
      if (latest === undefined || progress.bytesDone < latest.bytesDone) {
        samples = [];
        startedAt = now;
      }
      latest = progress;
      const last = samples.at(-1);
      if (last !== undefined && now - last.at < SAMPLE_MILLISECONDS) return;
      samples = [...samples.filter(({ at }) => now - at < WINDOW_MILLISECONDS), { at: now, bytes: progress.bytesDone }];
    },
    describe: (now) => (latest === undefined ? undefined : describeProgress(latest, rateOf(samples, now))),
    finish(now) {
      if (latest === undefined || latest.filesDone < latest.files) return undefined;
      const { files, bytes } = latest;
      latest = undefined;
      return `Downloaded ${formatCount(files, 'archive')}, ${formatBytes(bytes)}, in ${formatDuration(now - startedAt)}`;
    },
  };
}

/** Bytes a second; 0 where it cannot be told yet. */
function rateOf(samples: readonly Sample[], now: number): number {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || now <= first.at) return 0;
  return ((last.bytes - first.bytes) * 1000) / (now - first.at);
}

function describeProgress({ files, filesDone, bytes, bytesDone }: DownloadProgress, rate: number): string {
  const parts = [
    `${filesDone} of ${formatCount(files, 'archive')}`,
    `${formatBytes(bytesDone)} of ${formatBytes(bytes)}`,
  ];
  if (rate > 0) parts.push(`${formatBytes(rate)}/s`, `${formatDuration(((bytes - bytesDone) * 1000) / rate)} left`);
  return parts.join(', ');
}
