// One operation in a process of its own: `node operation-process.ts <operation> <place>`. Says how it ended in one line.
import fs from 'node:fs';

import { firstFailure, KarapaceError } from '@karapace/core';

import { openKarapace } from './open-karapace.ts';
import { operation, type OperationName } from './operations.ts';
import { placeAt } from './place.ts';
import type { OperationAnswer } from './run-operation.ts';

const [name = '', directory = ''] = process.argv.slice(2);
const place = placeAt(directory);

async function run(): Promise<OperationAnswer> {
  try {
    await using karapace = await openKarapace(place);
    await operation(name as OperationName).run(karapace, place);
  } catch (failure) {
    const error = firstFailure(failure);
    if (error instanceof KarapaceError) return { failure: { code: error.code, message: error.message } };
    return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  return { done: true };
}

fs.writeSync(1, `${JSON.stringify(await run())}\n`);
