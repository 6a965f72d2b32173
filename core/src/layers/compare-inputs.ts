import type { InputDifference } from '../contracts/explanation.ts';
import { canonicalJson } from '../identity/canonical-json.ts';
import { alignLists } from './align-lists.ts';

type Path = InputDifference['path'];

/**
 * What differs between two values of plain JSON data; nothing exactly where both have the same canonical JSON. Pure.
 *
 * Items of a list that have a name are compared with their namesakes, as a whole; others with what stands at their place
 * between items that are the same. Places count in the list that has the item; in `after` where both have one.
 */
export function compareInputs(before: unknown, after: unknown, path: Path = []): readonly InputDifference[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return compareLists(before, after, path);
  if (isRecord(before) && isRecord(after)) return compareRecords(before, after, path);
  return [{ path, change: 'changed', before, after }];
}

type Data = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compareRecords(before: Data, after: Data, path: Path): readonly InputDifference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key) => {
    const place = [...path, key];
    if (!Object.hasOwn(before, key)) return [added(place, after[key])];
    if (!Object.hasOwn(after, key)) return [removed(place, before[key])];
    return compareInputs(before[key], after[key], place);
  });
}

function added(path: Path, after: unknown): InputDifference {
  return { path, change: 'added', before: undefined, after };
}

function removed(path: Path, before: unknown): InputDifference {
  return { path, change: 'removed', before, after: undefined };
}

function compareLists(before: readonly unknown[], after: readonly unknown[], path: Path): readonly InputDifference[] {
  const fields = NAMING_FIELDS.find((names) => isNaming(names, before) && isNaming(names, after));
  return fields === undefined
    ? compareByPlace(before, after, path)
    : compareByName(byName(before, fields), byName(after, fields), path);
}

/** What tells the items of a list from each other: archives of one name may be there for several architectures. */
const NAMING_FIELDS: readonly (readonly string[])[] = [
  ['name', 'arch'],
  ['name', 'version', 'arch'],
  ['path'],
  ['target'],
  ['name'],
];

function isNaming(fields: readonly string[], list: readonly unknown[]): boolean {
  const isNamed = list.every((item) => isRecord(item) && fields.every((field) => typeof item[field] === 'string'));
  return isNamed && byName(list, fields).size === list.length;
}

function byName(list: readonly unknown[], fields: readonly string[]): ReadonlyMap<string, unknown> {
  return new Map(list.map((item) => [fields.map((field) => (item as Data)[field]).join(' '), item]));
}

type Named = ReadonlyMap<string, unknown>;

function compareByName(before: Named, after: Named, path: Path): readonly InputDifference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const differences = names.flatMap((name): readonly InputDifference[] => {
    const place = [...path, name];
    const [was, is] = [before.get(name), after.get(name)];
    if (was === undefined) return [added(place, is)];
    if (is === undefined) return [removed(place, was)];
    return canonicalJson(was) === canonicalJson(is) ? [] : [{ path: place, change: 'changed', before: was, after: is }];
  });
  return isInOrder(before, after) ? differences : [...differences, moved(before, after, path)];
}

/** Whether what both have is in the same order. */
function isInOrder(before: Named, after: Named): boolean {
  const kept = [...after.keys()].filter((name) => before.has(name));
  return [...before.keys()].filter((name) => after.has(name)).every((name, index) => name === kept[index]);
}

function moved(before: Named, after: Named, path: Path): InputDifference {
  return { path, change: 'moved', before: [...before.keys()], after: [...after.keys()] };
}

function compareByPlace(before: readonly unknown[], after: readonly unknown[], path: Path): readonly InputDifference[] {
  return alignLists(before.map(canonicalJson), after.map(canonicalJson)).flatMap((gap) => {
    const gone = before.slice(gap.before, gap.before + gap.gone.length);
    const come = after.slice(gap.after, gap.after + gap.come.length);
    if (gone.length === come.length) {
      return gone.flatMap((item, index) => compareInputs(item, come[index], [...path, gap.after + index]));
    }
    return [
      ...gone.map((item, index) => removed([...path, gap.before + index], item)),
      ...come.map((item, index) => added([...path, gap.after + index], item)),
    ];
  });
}
