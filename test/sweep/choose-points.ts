import type { OperationName } from './operations.ts';
import { randomNumbers } from './random.ts';
import type { Call, Run } from './run-operation.ts';
import type { Point } from './try-point.ts';

/** What the driver of a sweep is about: killing, or failing calls. */
export type SweepKind = 'kill' | 'errno';

const PATH_ERRORS = ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'ENOSPC+', 'EROFS+'] as const;
const CONTENT_ERRORS = ['ENOSPC', 'EIO', 'ENOSPC+', 'EIO+'] as const;
/** Of what is opened, to be read too. */
const OPENING_ERRORS = ['open:EMFILE', 'open:EMFILE+', 'open:EIO', 'open:EACCES'] as const;

/** Calls on an open file: they fail as disks do, not as paths do. */
const CONTENT = /^(?:p?write|f(?:data)?sync|syncfs|ftruncate|fallocate|copy_file_range|sendfile|ioctl)/u;

/** What can go wrong with a call. */
function actionsFor({ call }: Call, kind: SweepKind): readonly string[] {
  if (kind === 'kill') return ['kill', 'alone'];
  if (/^p?write/u.test(call)) return [...CONTENT_ERRORS, 'short'];
  if (CONTENT.test(call)) return CONTENT_ERRORS;
  return PATH_ERRORS;
}

/** What an operation asks of the kernel. */
export type Trace = Pick<Run, 'calls' | 'openings'>;

/** Every point of an operation. */
export function everyPoint(operation: OperationName, trace: Trace, kind: SweepKind): readonly Point[] {
  return listPoints(operation, trace, kind).map(({ point }) => point);
}

/** One point for each that looks alike: the hundredth directory of objects is made as the first is. */
export function pointsOfEachKind(operation: OperationName, trace: Trace, kind: SweepKind): readonly Point[] {
  const seen = new Set<string>();
  const isNew = (shape: string): boolean => !seen.has(shape) && seen.add(shape).has(shape);
  return listPoints(operation, trace, kind)
    .filter(({ point, call }) => isNew(`${point.fault.action} ${shapeOf(call)}`))
    .map(({ point }) => point);
}

/**
 * What a full sweep tries: all are killed at every change. To kill one process of several, and each of the errors, is
 * tried once at each of those that look alike.
 */
export function pointsOfSweep(operation: OperationName, trace: Trace, kind: SweepKind): readonly Point[] {
  const kinds = pointsOfEachKind(operation, trace, kind);
  if (kind === 'errno') return kinds;
  const kills = everyPoint(operation, trace, kind).filter(({ fault }) => fault.action === 'kill');
  return [...kills, ...kinds.filter(({ fault }) => fault.action === 'alone')];
}

interface Listed {
  readonly point: Point;
  readonly call: Call;
}

function listPoints(operation: OperationName, { calls, openings }: Trace, kind: SweepKind): readonly Listed[] {
  const list = (asked: readonly Call[], actions: (call: Call) => readonly string[]): readonly Listed[] =>
    asked.flatMap((call, index) =>
      actions(call).map((action) => ({ point: { operation, fault: { action, at: index + 1 } }, call })),
    );
  const changes = list(calls, (call) => actionsFor(call, kind));
  return kind === 'kill' ? changes : [...changes, ...list(openings, () => OPENING_ERRORS)];
}

/** What was drawn by lot, digests, and the places of files within a root: one is as good as the other. */
function shapeOf({ call, path }: Call): string {
  const shape = path
    .replaceAll(/\/(?<root>upper|archives|trees-single)[/-][^ ]+/gu, '/$<root>/*')
    .replaceAll(/[0-9a-f]{2,}/gu, '#')
    .replaceAll(/#(?:-#)+/gu, '#');
  return `${call} ${shape}`;
}

/** So many of the points, of every operation about as many; the same ones for the same seed. */
export function sample(points: readonly (readonly Point[])[], count: number, seed: number): readonly Point[] {
  const random = randomNumbers(seed);
  const shuffled = points.map((each) => shuffle(each, random));
  const longest = Math.max(0, ...shuffled.map(({ length }) => length));
  const rounds = Array.from({ length: longest }, (_, index) =>
    shuffled.flatMap((each) => each.slice(index, index + 1)),
  );
  return rounds.flat().slice(0, count);
}

function shuffle<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .toSorted((left, right) => left.order - right.order)
    .map(({ item }) => item);
}

/** So many of the items, evenly spread. */
export function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]).filter(
    (item) => item !== undefined,
  );
}

/** Moments after which there is most to recover: behind the entry that decides a change; else the last. */
export function decidedPoints(operation: OperationName, { calls }: Trace, count: number): readonly Point[] {
  const decided = calls.findIndex(({ call, path }) => call.startsWith('rename') && path.includes('-> store/journal/'));
  const behind = calls.map((_, index) => index + 1).slice(decided === -1 ? -1 : decided + 1);
  return spread(behind, count).map((at) => ({ operation, fault: { action: 'kill', at } }));
}
