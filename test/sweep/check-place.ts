import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import type { Karapace } from '@karapace/core';

import { verifyStore } from '../../core/src/store/verify/verify-store.ts';
import { checkContent } from './check-content.ts';
import { openKarapace, ownIdSpace, writeNothing } from './open-karapace.ts';
import type { Place } from './place.ts';
import { listStore, readState, type IsRough, type State } from './state.ts';

/** Milliseconds: gc lets be what is younger, since the clock of file systems moves in steps. */
const YOUNG = 60;

/** A place as it is when nothing went wrong: with what was done, and after gc. */
export interface Settled {
  readonly state: State;
  readonly collected: State;
  /** Every path of the store after gc. */
  readonly residue: readonly string[];
}

export interface Ways {
  readonly isRough: IsRough;
  /** What must be done before anything else can be. */
  readonly first?: ((karapace: Karapace, place: Place) => Promise<unknown>) | undefined;
  /** Hear what `verify-store` says as well, which takes as long as all else. Default false. */
  readonly thorough?: boolean;
}

/** Lets the next one who comes recover a place, and looks at everything; what is wrong is thrown, or told. */
export async function settle(
  place: Place,
  { isRough, first, thorough = false }: Ways,
): Promise<Settled & { readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const list = (karapace: Karapace) => readState(karapace, place, isRough);
  const look = async (karapace: Karapace) => {
    problems.push(...(await checkContent(karapace, place)));
    return list(karapace);
  };

  if (first !== undefined) await withKarapace(place, (karapace) => first(karapace, place));
  const state = await withKarapace(place, look);
  await writeNothing(place);
  const recovered = listStore(place);
  problems.push(...leftovers(place, 'tmp', 'journal').map((name) => `${name} is left after recovery`));
  const again = await withKarapace(place, list);
  await writeNothing(place);
  if (!same(state, again)) problems.push('a second recovery changed what is listed');
  if (!same(recovered, listStore(place))) problems.push(`a second recovery changed ${change(recovered, place)}`);

  if (thorough) problems.push(...(await verify(place)));
  await setTimeout(YOUNG);
  await withKarapace(place, (karapace) => karapace.gc());
  const collected = await withKarapace(place, look);
  problems.push(...leftovers(place, 'tmp', 'journal', 'leases').map((name) => `${name} is left after gc`));
  if (fs.readFileSync(path.join(place.directory, 'beside'), 'utf8') === '') problems.push('what is beside was changed');
  return { state, collected, residue: listResidue(place, first === undefined), problems };
}

/** Every repair has a directory of its own. Which of the checkouts it makes again depends on what was there already. */
function listResidue(place: Place, withCheckouts: boolean): readonly string[] {
  const names = listStore(place)
    .map((line) => (line.split(' ')[0] ?? '').replace(/^damaged\/[^/]+/u, 'damaged/*'))
    // The inside of an environment is in its state; a directory for trees stays when the last of them goes.
    .filter((name) => !/^environments\/[^/]+\/|^trees\/..$/u.test(name))
    .filter((name) => withCheckouts || !name.startsWith('checkouts/'));
  return [...new Set(names)];
}

async function verify({ store }: Place): Promise<readonly string[]> {
  const { findings } = await verifyStore(store, { ids: 'single', idSpace: ownIdSpace });
  return findings.map(({ file, reason }) => `verify-store says of ${file}: ${reason}`);
}

async function withKarapace<T>(place: Place, action: (karapace: Karapace) => Promise<T>): Promise<T> {
  await using karapace = await openKarapace(place);
  return await action(karapace);
}

function leftovers({ store }: Place, ...directories: readonly string[]): readonly string[] {
  return directories.flatMap((name) => {
    const directory = path.join(store, name);
    return fs.existsSync(directory) ? fs.readdirSync(directory).map((left) => `${name}/${left}`) : [];
  });
}

export function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function change(before: readonly string[], place: Place): string {
  const now = listStore(place);
  return [...without(before, now), ...without(now, before)].slice(0, 5).join('; ');
}

/** Those of the lines that are not among the others. */
export function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return lines.filter((line) => !known.has(line));
}
