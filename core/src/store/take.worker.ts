import { serveBatches } from '../build/batch-thread.ts';
import { takeBatch } from './take-batch.ts';

serveBatches(takeBatch);
