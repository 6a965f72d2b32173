import type { z } from 'zod';

import type { SourcePlace } from '../errors.ts';
import {
  placeOf,
  printPath,
  printTypedValue,
  printValue,
  type DataPath,
  type ManifestSource,
} from './manifest-source.ts';
import { nearestName } from './nearest-name.ts';

/** What is wrong with data, for a KarapaceError. */
export interface FirstProblem {
  readonly message: string;
  readonly hint: string | undefined;
  readonly place: SourcePlace;
}

/** One thing that is wrong. */
interface Problem {
  readonly path: DataPath;
  readonly part: 'key' | 'value';
  readonly message: string;
  readonly hint?: string | undefined;
  /** What is missing is said last: it is often there under a misspelt name. */
  readonly isMissing: boolean;
}

export interface CheckedValue {
  /** What the whole is called: `The manifest`. */
  readonly subject: string;
  readonly value: unknown;
  readonly source: ManifestSource;
  /** Dotted keys of every known key. */
  readonly knownKeys: readonly string[];
}

/** The first problem in the order of the file, from what zod found. */
export function firstProblem(issues: readonly z.core.$ZodIssue[], checked: CheckedValue): FirstProblem {
  const problems = issues.flatMap((issue) => problemsOf(issue, checked));
  const [first] = problems.toSorted(
    (left, right) => Number(left.isMissing) - Number(right.isMissing) || compareOrder(left, right, checked.source),
  );
  if (first === undefined) throw new TypeError(`${checked.subject} was refused without a reason`);
  return { message: first.message, hint: first.hint, place: placeOf(checked.source, first.path, first.part) };
}

function compareOrder(left: Problem, right: Problem, source: ManifestSource): number {
  const [a, b] = [source.locate(left.path, left.part), source.locate(right.path, right.part)];
  if (a === undefined || b === undefined) return 0;
  return a.line - b.line || a.column - b.column;
}

function problemsOf(issue: z.core.$ZodIssue, checked: CheckedValue): readonly Problem[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], checked));
  const name = printPath(path);
  if (issue.code === 'invalid_key') {
    const message = `The key \`${name}\` must be ${issue.issues[0]?.message ?? ''}`;
    return [{ path, part: 'key', message, isMissing: false }];
  }
  const value = valueAt(checked.value, path);
  if (value === undefined) return [missingKey(path, issue.message)];
  const isOtherType = issue.code === 'invalid_type' || issue.code === 'invalid_value';
  const shown = isOtherType ? printTypedValue(value) : printValue(value);
  const message = `${path.length === 0 ? checked.subject : `\`${name}\``} must be ${issue.message}, not ${shown}`;
  return [{ path, part: 'value', message, isMissing: false }];
}

function missingKey(path: DataPath, expected: string): Problem {
  const hint = `Add it: ${EXAMPLES[printPath(path)] ?? expected}.`;
  return { path, part: 'key', message: `The key \`${printPath(path)}\` is missing`, hint, isMissing: true };
}

const EXAMPLES: Readonly<Record<string, string>> = {
  manifest_version: '`manifest_version = 1`',
  base: 'a table `[base]` with `image = "debian/trixie"`',
  'base.image': '`image = "debian/trixie"` in `[base]`',
};

function unknownKey(path: DataPath, { knownKeys }: CheckedValue): Problem {
  const name = printPath(path);
  const message = `There is no key \`${name}\``;
  return { path, part: 'key', message, hint: suggestion(path, knownKeys), isMissing: false };
}

function suggestion(path: DataPath, knownKeys: readonly string[]): string {
  // Every table of a list has the same keys.
  const names = path.filter((step) => typeof step === 'string');
  const [table, key] = [printPath(names.slice(0, -1)), String(names.at(-1))];
  const siblings = knownKeys.filter((known) => parentOf(known) === table && known !== '$schema').map(lastOf);
  const sibling = nearestName(key, siblings);
  if (sibling !== undefined) return `Did you mean \`${table === '' ? '' : `${table}.`}${sibling}\`?`;
  const elsewhere = knownKeys.find((known) => lastOf(known) === key) ?? nearestPath(names, table, knownKeys);
  if (elsewhere !== undefined) return `Did you mean \`${elsewhere}\`?`;
  const place = table === '' ? 'The keys are' : `The keys of \`${table}\` are`;
  return `${place} ${siblings.map((name) => `\`${name}\``).join(', ')}.`;
}

/** In a table that there is, another key of it was meant: its name alone says which. */
function nearestPath(names: readonly string[], table: string, knownKeys: readonly string[]): string | undefined {
  const isKnown = table !== '' && knownKeys.some((known) => parentOf(known) === table);
  return isKnown ? undefined : nearestName(printPath(names), knownKeys);
}

function parentOf(key: string): string {
  return key.includes('.') ? key.slice(0, key.lastIndexOf('.')) : '';
}

function lastOf(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

function valueAt(value: unknown, path: DataPath): unknown {
  return path.reduce<unknown>(
    (inside, step) =>
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, step)
        ? (inside as Readonly<Record<string | number, unknown>>)[step]
        : undefined,
    value,
  );
}
