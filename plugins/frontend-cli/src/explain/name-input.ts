import type { InputDifference } from '@karapace/core';

/** Inputs that are known here, in words; those of others are called what their plugins call them. */
const WORDS: Readonly<Record<string, string>> = {
  ids: 'user ids',
  source: 'image source',
  parameters: 'parameter',
  manager: 'package manager',
  version: 'plan version',
  environment: 'variable',
  files: 'file',
};

/** Where a layer has its kind, for what a manifest asks for. */
export const MANIFEST = 'manifest';

/** Inputs that are lists or tables: what one item is called, and all of them. */
const PLURALS: Readonly<Record<string, string>> = { parameter: 'parameters', variable: 'environment', file: 'files' };

const PACKAGE_KINDS = ['packages', 'apps'];

/**
 * What the input at a path is called: `package git amd64`, `variable LANG`, `step 1, word 4`.
 *
 * @param kind of the layer
 */
export function nameInput(path: InputDifference['path'], kind: string): string {
  // Places in a manifest's sorted lists say nothing.
  if (kind === MANIFEST) return path.filter((step) => typeof step === 'string').join('.');
  const [first, ...rest] = path[0] === 'inputs' ? path.slice(1) : path;
  if (first === undefined) return 'everything';
  if (first === 'steps') return nameStep(rest);
  if (first === 'command' && rest.length > 0) return ['command', ...nameWords(rest)].join(', ');
  const word = wordOf(String(first), kind);
  return rest.length === 0 ? nameAll(String(first), kind) : `${word} ${rest.map(printStep).join('.')}`;
}

/** What all of an input is called. */
export function nameAll(input: string, kind: string): string {
  const word = wordOf(input, kind);
  return input === 'archives' ? `${word}s` : (PLURALS[word] ?? word);
}

function wordOf(input: string, kind: string): string {
  if (input === 'archives') return PACKAGE_KINDS.includes(kind) ? 'package' : 'archive';
  return WORDS[input] ?? input;
}

function nameStep([step, ...words]: InputDifference['path']): string {
  if (step === undefined) return 'steps';
  return [`step ${printStep(step)}`, ...nameWords(words)].join(', ');
}

function nameWords(words: InputDifference['path']): readonly string[] {
  return words.map((word) => `word ${printStep(word)}`);
}

/** People count from 1. */
function printStep(step: string | number): string {
  return typeof step === 'number' ? String(step + 1) : step;
}
