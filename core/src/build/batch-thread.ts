import { parentPort, Worker } from 'node:worker_threads';

/** A thread that works on one batch after the other. */
export interface BatchThread<Input, Output> {
  /** @throws what the work throws; the thread is of no use then */
  run(input: Input): Promise<Output>;
  close(): Promise<void>;
}

/** It holds no more than a batch, so its garbage need not pile up: megabytes. */
const LIMITS = { maxYoungGenerationSizeMb: 2 };

/** @param filename a module that calls `serveBatches` */
export function startBatchThread<Input, Output>(filename: string): BatchThread<Input, Output> {
  const worker = new Worker(filename, { resourceLimits: LIMITS });
  const waiting: PromiseWithResolvers<Output>[] = [];
  worker.on('message', (output: Output) => waiting.shift()?.resolve(output));
  worker.on('error', (error) => {
    for (const each of waiting.splice(0)) each.reject(error);
  });
  return {
    run(input) {
      const answer = Promise.withResolvers<Output>();
      waiting.push(answer);
      worker.postMessage(input);
      return answer.promise;
    },
    async close() {
      await worker.terminate();
    },
  };
}

/** What a thread's module does. */
export function serveBatches<Input, Output>(work: (input: Input) => Output): void {
  parentPort?.on('message', (input: Input) => parentPort?.postMessage(work(input)));
}
