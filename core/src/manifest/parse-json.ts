import { KarapaceError } from '../errors.ts';
import { scanJson } from './json-scan.ts';
import { printPath } from './manifest-source.ts';
import type { ParsedText } from './parse-toml.ts';
import { firstGiven, positionAt, sourceOfText } from './text-positions.ts';
import { MAX_DEPTH, type ScannedKey } from './toml-scan.ts';

/**
 * Parses JSON, and refuses a key that is given twice.
 *
 * @param within a key at the top: its value alone is what counts, as `karapace` in a `package.json`
 * @throws KarapaceError `MANIFEST_INVALID` at the place of the first mistake
 */
export function parseJson(text: string, file: string, within?: string): ParsedText {
  const json = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  const value = parseValue(json, file);
  const { keys: allKeys, tooDeepAt } = scanJson(json);
  const keys = within === undefined ? allKeys : allKeys.filter(({ path }) => path[0] === within);
  if (tooDeepAt !== undefined) {
    throw new KarapaceError('MANIFEST_INVALID', `This is nested deeper than ${MAX_DEPTH} tables and lists`, {
      place: { file, ...positionAt(json, tooDeepAt) },
    });
  }
  const second = secondGiven(keys);
  if (second !== undefined) throw duplicateKey(json, second, { keys, file });
  const source = sourceOfText(file, json, () => keys);
  if (within === undefined) return { value, source };
  return {
    value: (value as Readonly<Record<string, unknown>>)[within],
    source: { file, locate: (path, part) => source.locate([within, ...path], part) },
  };
}

function parseValue(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const offset = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
    throw new KarapaceError('MANIFEST_INVALID', `This is not JSON: ${reasonOf(message)}`, {
      place: { file, ...positionAt(text, offset) },
      hint: 'JSON has no comments and no comma after the last item, and every text and key is in double quotes.',
    });
  }
}

/** V8 quotes the text and repeats the place. */
function reasonOf(message: string): string {
  const [reason = message] = message.split(/,? (?:in JSON|\.\.\.|".*"? is not valid JSON)/s);
  return reason.charAt(0).toLowerCase() + reason.slice(1);
}

function secondGiven(keys: readonly ScannedKey[]): ScannedKey | undefined {
  const seen = new Set<string>();
  return keys.find(({ path }) => {
    const name = JSON.stringify(path);
    if (seen.has(name)) return true;
    seen.add(name);
    return false;
  });
}

function duplicateKey(
  text: string,
  second: ScannedKey,
  { keys, file }: { readonly keys: readonly ScannedKey[]; readonly file: string },
): KarapaceError {
  const first = firstGiven(keys, second.path) ?? second;
  return new KarapaceError('MANIFEST_INVALID', `The key \`${printPath(second.path)}\` is given twice`, {
    place: { file, ...positionAt(text, second.keyAt) },
    hint: `Remove one of the two; the first is in line ${positionAt(text, first.keyAt).line}.`,
  });
}
