import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { settle } from './check-place.ts';
import type { Reference } from './compare-outcome.ts';
import { makeTemplate } from './make-template.ts';
import { operation, waysOf, type OperationName } from './operations.ts';
import { placeAt, type Place } from './place.ts';
import type { Trace } from './choose-points.ts';
import { runOperation, type Supervisor } from './run-operation.ts';
import { listPlace } from './state.ts';

const run = promisify(execFile);

/** An operation that is never disturbed: what is there before it and after it, and what it changes on the way. */
export interface Undisturbed extends Reference, Trace {}

/** A place of its own for one point after the other: records hold paths, so every point needs the same. */
export interface Lane {
  readonly place: Place;
  /** Makes the place what the template is, ready for an operation. */
  reset(name: OperationName): Promise<void>;
  /** Whether all that anybody relies on is what it was when it was ready for the operation. */
  isUntouched(name: OperationName): boolean;
  undisturbed(name: OperationName): Promise<Undisturbed>;
}

/** What is known of operations, by all lanes. */
export type Known = Map<OperationName, Promise<Undisturbed>>;

export async function openLane(directory: string, supervisor: Supervisor, known: Known): Promise<Lane> {
  const place = placeAt(path.join(directory, 'place'));
  const template = path.join(directory, 'template');
  fs.mkdirSync(place.directory, { recursive: true });
  await makeTemplate(place);
  fs.renameSync(place.directory, template);

  const ready = new Map<OperationName, string>();

  async function reset(name: OperationName): Promise<void> {
    // With its hard links, which Node's own copy does not keep; and other lanes go on meanwhile.
    await run('sh', ['-ec', 'rm -rf "$2"; cp -a "$1" "$2"', 'sh', template, place.directory]);
    await operation(name).prepare?.(place);
    ready.set(name, listPlace(place).join('\n'));
  }

  async function runUndisturbed(name: OperationName): Promise<Undisturbed> {
    await reset(name);
    const before = await settleWhole(place, name);
    await reset(name);
    const { answer, stderr, calls, openings } = await runOperation(name, place, supervisor);
    if (answer === undefined || !('done' in answer)) {
      throw new Error(`\`${name}\` fails undisturbed: ${JSON.stringify(answer)} ${stderr}`);
    }
    return { before, after: await settleWhole(place, name), calls, openings };
  }

  return {
    place,
    reset,
    isUntouched: (name) => listPlace(place).join('\n') === ready.get(name),
    undisturbed(name) {
      const reference = known.get(name) ?? runUndisturbed(name);
      known.set(name, reference);
      return reference;
    },
  };
}

async function settleWhole(place: Place, name: OperationName) {
  const { problems, ...settled } = await settle(place, waysOf(operation(name)));
  if (problems.length > 0) throw new Error(`\`${name}\` undisturbed: ${problems.join('; ')}`);
  return settled;
}
