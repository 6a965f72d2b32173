import { readModuleTokens, type ModuleToken } from './module-tokens.ts';
import { scanJson } from './json-scan.ts';
import { endOfTomlString, scanToml, type ScannedKey } from './toml-scan.ts';

/** Where the text of a manifest has the image. Offsets count UTF-16 units. */
export interface ImagePlace {
  /** Where the value starts. */
  readonly at: number;
  /** Before its closing quotes: what is written here is added to the reference, whatever quotes it has. */
  readonly end: number;
}

const IMAGE = ['base', 'image'];

/** The text is one that was accepted as a manifest. */
export function locateInToml(text: string): ImagePlace | undefined {
  const at = valueOf(scanToml(text).keys, IMAGE);
  return at === undefined ? undefined : { at, end: endOfTomlString(text, at) };
}

/**
 * The text is one that was accepted as a manifest.
 *
 * @param within the key that holds the manifest, as `karapace` in a `package.json`
 */
export function locateInJson(text: string, within?: string): ImagePlace | undefined {
  const at = valueOf(scanJson(text).keys, within === undefined ? IMAGE : [within, ...IMAGE]);
  return at === undefined ? undefined : { at, end: at + (JSON_STRING.exec(text.slice(at))?.[0].length ?? 1) - 1 };
}

const JSON_STRING = /^"(?:\\.|[^"\\])*"/u;

function valueOf(keys: readonly ScannedKey[], path: readonly string[]): number | undefined {
  return keys.find((key) => JSON.stringify(key.path) === JSON.stringify(path))?.valueAt;
}

/**
 * The one plain string of a config module that stands as `image` in `base: { … }`; `undefined` where there is none, or
 * several. A module can do anything, so whether it is the image is found out by running what was written.
 */
export function locateInModule(text: string): ImagePlace | undefined {
  const tokens = readModuleTokens(text);
  const found = tokens.flatMap((_, index) => (isEntry(tokens, index, 'base') ? imageWithin(tokens, index + 2) : []));
  return found.length === 1 ? found[0] : undefined;
}

function isEntry(tokens: readonly ModuleToken[], index: number, key: string): boolean {
  return tokens[index]?.key === key && tokens[index + 1]?.text === ':';
}

/** @param open the index of the brace that opens an object */
function imageWithin(tokens: readonly ModuleToken[], open: number): readonly ImagePlace[] {
  if (tokens[open]?.text !== '{') return [];
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    const { text = '' } = tokens[index] ?? {};
    if ('{[('.includes(text)) depth += 1;
    if ('}])'.includes(text)) depth -= 1;
    if (depth === 0) return [];
    if (depth === 1 && isEntry(tokens, index, 'image')) return plainString(tokens[index + 2], tokens[index + 3]);
  }
  return [];
}

/** A string that nothing is done to. */
function plainString(value: ModuleToken | undefined, next: ModuleToken | undefined): readonly ImagePlace[] {
  if (value?.isString !== true || (next?.text !== ',' && next?.text !== '}')) return [];
  return [{ at: value.at, end: value.at + value.text.length - 1 }];
}
