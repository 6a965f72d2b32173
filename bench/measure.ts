import { performance } from 'node:perf_hooks';

/** One way to do the job that is measured. */
export interface Contender {
  readonly name: string;
  /** Not measured: brings back what `run` needs to start from. */
  readonly prepare?: (() => Promise<void>) | undefined;
  readonly run: () => Promise<unknown>;
  /** Not measured: takes away what `run` made, before the others come to their turn. */
  readonly clean?: (() => Promise<void>) | undefined;
}

export interface Measurement {
  readonly name: string;
  /** Milliseconds of each round, in order. */
  readonly rounds: readonly number[];
  readonly median: number;
  readonly fastest: number;
}

/** Measures contenders by turns, so that whatever else the machine does falls on all of them alike. */
export async function measure(contenders: readonly Contender[], rounds: number): Promise<readonly Measurement[]> {
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) times[index]?.push(await time(contender));
  }
  return contenders.map(({ name }, index) => summarise(name, times[index] ?? []));
}

export function summarise(name: string, rounds: readonly number[]): Measurement {
  return { name, rounds, median: median(rounds), fastest: Math.min(...rounds) };
}

async function time({ prepare, run, clean }: Contender): Promise<number> {
  await prepare?.();
  const start = performance.now();
  await run();
  const spent = performance.now() - start;
  await clean?.();
  return spent;
}

/** Of an even number, the mean of the two in the middle; of none, NaN. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}
