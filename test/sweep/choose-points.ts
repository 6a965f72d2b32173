import type { OperationName } from './operations.ts';
import { randomNumbers } from './random.ts';
import type { Call } from './run-operation.ts';
import type { Point } from './try-point.ts';

/** What the driver of a sweep is about: killing, or failing calls. */
export type SweepKind = 'kill' | 'errno';

const PATH_ERRORS = ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'ENOSPC+', 'EROFS+'] as const;
const CONTENT_ERRORS = ['ENOSPC', 'EIO', 'ENOSPC+', 'EIO+'] as const;

/** Calls on an open file: they fail as disks do, not as paths do. */
const CONTENT = /^(?:p?write|f(?:data)?sync|syncfs|ftruncate|fallocate|copy_file_range|sendfile|ioctl)/u;

/** What can go wrong with a call. */
function actionsFor({ call }: Call, kind: SweepKind): readonly string[] {
  if (kind === 'kill') return ['kill'];
  if (/^p?write/u.test(call)) return [...CONTENT_ERRORS, 'short'];
  if (CONTENT.test(call)) return CONTENT_ERRORS;
  return /^(?:open|creat)/u.test(call) ? [...PATH_ERRORS, 'EMFILE'] : PATH_ERRORS;
}

/** Every point of an operation. */
export function everyPoint(operation: OperationName, calls: readonly Call[], kind: SweepKind): readonly Point[] {
  return calls.flatMap((call, index) =>
    actionsFor(call, kind).map((action) => ({ operation, fault: { action, at: index + 1 } })),
  );
}

/** One point for each that looks alike: the hundredth directory of objects is made as the first is. */
export function pointsOfEachKind(operation: OperationName, calls: readonly Call[], kind: SweepKind): readonly Point[] {
  const seen = new Set<string>();
  return everyPoint(operation, calls, kind).filter(({ fault }) => {
    const shape = `${fault.action} ${shapeOf(calls[fault.at - 1])}`;
    return !seen.has(shape) && seen.add(shape);
  });
}

function shapeOf(call: Call | undefined): string {
  if (call === undefined) return '';
  return `${call.call} ${call.path.replaceAll(/[0-9a-f]{2,}/gu, '#').replaceAll(/#(?:-#)+/gu, '#')}`;
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
export function decidedPoints(operation: OperationName, calls: readonly Call[], count: number): readonly Point[] {
  const decided = calls.findIndex(({ call, path }) => call.startsWith('rename') && path.includes('-> store/journal/'));
  const behind = calls.map((_, index) => index + 1).slice(decided === -1 ? -1 : decided + 1);
  return spread(behind, count).map((at) => ({ operation, fault: { action: 'kill', at } }));
}
