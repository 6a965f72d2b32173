import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Looks at the size of a writable upper while sessions may write to it. */
export interface DiskWatch {
  /** `unknown` where the size could not be found out any more. */
  readonly state: () => 'below' | 'reached' | 'unknown';
  readonly stop: () => void;
}

export interface DiskWatchOptions {
  readonly mebibytes: number;
  /** The command that prints how many bytes the upper takes, as the user whose ids own it. */
  readonly measure: readonly string[];
  /** Called once, when the state is no longer `below`. */
  readonly kill: () => void;
}

const TICK_MILLISECONDS = 250;
/** What others free on the same file system hides what is written here: so many ticks are believed. */
const MOST_BELIEVED = 20;
/** Measuring walks the whole upper. */
const TICKS_PER_MEASURING_TICK = 10;
const MEBIBYTE = 1024 * 1024;

interface Measured {
  readonly used: number;
  /** What held more than the limit from the beginning may shrink, and not grow. */
  readonly most: number;
  /** Of the file system, at the time. */
  readonly free: number;
  /** Ticks for which the free space is believed. */
  readonly believed: number;
}

/**
 * Kills what runs once an upper holds more than its limit. The free space of the file system says, at no cost, when
 * measuring can be left out.
 */
export function watchDisk(upper: string, { mebibytes, measure, kill }: DiskWatchOptions): DiskWatch {
  let state: ReturnType<DiskWatch['state']> = 'below';
  let last: Measured | undefined;
  let ticks = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function tick(): Promise<void> {
    ticks += 1;
    const free = await freeBytes(upper);
    if (last === undefined || ticks > last.believed || last.free - free >= (last.most - last.used) / 2) {
      const started = performance.now();
      const used = await measureBytes(measure);
      const believed = Math.max(
        MOST_BELIEVED,
        ((performance.now() - started) / TICK_MILLISECONDS) * TICKS_PER_MEASURING_TICK,
      );
      last = { used, most: last?.most ?? Math.max(used, mebibytes * MEBIBYTE), free, believed };
      ticks = 0;
      if (used > last.most) return end('reached');
    }
    if (!isStopped) timer = setTimeout(tickOrEnd, TICK_MILLISECONDS);
  }

  function tickOrEnd(): void {
    tick().catch(() => end('unknown'));
  }

  function end(how: 'reached' | 'unknown'): void {
    if (isStopped) return;
    state = how;
    kill();
  }

  tickOrEnd();
  return {
    state: () => state,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

/** `du` complains about what is removed while it looks, and still prints the sum. */
async function measureBytes([program = '', ...args]: readonly string[]): Promise<number> {
  const { stdout } = await run(program, args, { env: { LC_ALL: 'C' } }).catch(
    (error: unknown) => error as { stdout: string },
  );
  const bytes = Number.parseInt(stdout, 10);
  if (Number.isNaN(bytes)) throw new TypeError(`\`${program}\` printed no size`);
  return bytes;
}
