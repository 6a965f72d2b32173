import { parse, TomlError } from 'smol-toml';

import { KarapaceError } from '../errors.ts';
import { printPath, type ManifestSource } from './manifest-source.ts';
import { firstGiven, offsetOf, positionAt, sourceOfText } from './text-positions.ts';
import { MAX_DEPTH, scanToml } from './toml-scan.ts';

/** Data read from a text, and where in the text it stands. */
export interface ParsedText {
  /** Plain data; tables have no prototype. */
  readonly value: unknown;
  readonly source: ManifestSource;
}

export interface TextFile {
  readonly file: string;
  /** What an error is called. */
  readonly code: 'MANIFEST_INVALID' | 'LOCK_INVALID' | 'POLICY_INVALID';
  /** The way out, where nobody writes the file by hand. */
  readonly hint?: string | undefined;
}

/**
 * Parses TOML; positions are looked for only when they are asked for.
 *
 * @throws KarapaceError with the file's code, at the place of the first mistake
 */
export function parseToml(text: string, textFile: TextFile): ParsedText {
  const value = parseLeniently(text, textFile);
  const { file } = textFile;
  return { value, source: sourceOfText(file, text, () => scanToml(text).keys) };
}

/** The same, and refuses what smol-toml accepts although TOML 1.0 does not. */
export function parseStrictToml(text: string, { file, code }: TextFile): ParsedText {
  const value = parseLeniently(text, { file, code });
  const { keys, refusals } = scanToml(text);
  const refusal = refusals.toSorted((left, right) => left.at - right.at)[0];
  if (refusal !== undefined) {
    throw new KarapaceError(code, `This is not TOML 1.0: ${refusal.reason}`, {
      place: { file, ...positionAt(text, refusal.at) },
    });
  }
  return { value, source: sourceOfText(file, text, () => keys) };
}

function parseLeniently(text: string, file: TextFile): unknown {
  try {
    return parse(text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw duplicateKey(text, error, file) ?? syntaxError(error, file);
  }
}

const VALUES = 'Write text in quotes, `key = "text"`, and switches as `true` or `false`.';

function syntaxError(error: TomlError, { file, code, hint }: TextFile): KarapaceError {
  const reason = (error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '');
  return new KarapaceError(code, `This is not TOML: ${reason}`, {
    place: { file, line: error.line, column: error.column },
    hint: hint ?? (reason === 'invalid value' ? VALUES : undefined),
  });
}

/** smol-toml says that something is given twice, but not what. */
function duplicateKey(text: string, error: TomlError, { file, code, hint }: TextFile): KarapaceError | undefined {
  if (!error.message.includes('redefine')) return undefined;
  const at = offsetOf(text, error);
  const { keys } = scanToml(text);
  // The place is before the key's own dots, so the last key of that line which has a value there is meant.
  const second = keys.findLast(({ keyAt }) => keyAt < endOfKey(text, at) && keyAt >= at);
  const first = second && firstGiven(keys, second.path);
  if (second === undefined || first === undefined) return undefined;
  return new KarapaceError(code, `The key \`${printPath(second.path)}\` is given twice`, {
    place: { file, ...positionAt(text, second.keyAt) },
    hint: hint ?? `Remove one of the two; the first is in line ${positionAt(text, first.keyAt).line}.`,
  });
}

function endOfKey(text: string, at: number): number {
  const length = text.slice(at).search(/[=\]\n]/);
  return length === -1 ? text.length : at + length;
}
