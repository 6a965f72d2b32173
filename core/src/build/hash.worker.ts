import { serveBatches } from './batch-thread.ts';
import { hashBatch } from './hash-batch.ts';

serveBatches(hashBatch);
