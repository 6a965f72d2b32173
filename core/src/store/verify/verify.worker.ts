import { parentPort, workerData } from 'node:worker_threads';

import { verifyShared, type SharedUnits } from './shared-units.ts';
import { openVerifier, type VerifyPlace } from './verify-unit.ts';

const verify = openVerifier(workerData as VerifyPlace);

parentPort?.on('message', (shared: SharedUnits) => parentPort?.postMessage(verifyShared(shared, verify)));
