import type { Manifest } from '../contracts/manifest.ts';
import { addToTextList, removeFromTextList, replaceSpan } from './edit-text-list.ts';
import { scanJson } from './json-scan.ts';
import { scanToml, type ScannedKey } from './toml-scan.ts';

/** `[system] packages` or `[gui] apps`. */
export type PackageList = 'system' | 'gui';

/** What a manifest asks for is to become more, or less. */
export interface PackageEdit {
  readonly add: readonly string[];
  /** Which list gets them. */
  readonly list: PackageList;
  /** From whichever list has them, as they stand there. */
  readonly remove: readonly string[];
}

/** The text of a manifest that was accepted, and what it says. */
export interface ManifestText {
  readonly text: string;
  readonly manifest: Manifest;
  readonly form: 'toml' | 'json';
  /** The key that holds the manifest, as `karapace` in a `package.json`. */
  readonly within?: string | undefined;
}

const KEYS = { system: 'packages', gui: 'apps' } as const;

/**
 * The text after the edit; everything else in it stays as it is. Pure.
 *
 * @returns `undefined` where a list is not written where it can be edited
 */
export function editPackagesText(source: ManifestText, edit: PackageEdit): string | undefined {
  let { text } = source;
  for (const list of ['system', 'gui'] as const) {
    const given = packagesOf(source.manifest, list);
    const indices = given.flatMap((value, index) => (edit.remove.includes(value) ? [index] : []));
    // From the end: what comes first stays where it is.
    for (const index of indices.toReversed()) {
      const at = findList({ ...source, text }, list);
      if (at === undefined) return undefined;
      text = removeFromTextList(text, at, index);
    }
  }
  return edit.add.length === 0 ? text : add({ ...source, text }, edit);
}

/** What the edit is to make of what a manifest says. Pure. */
export function editPackages(manifest: Manifest, { add: values, list, remove }: PackageEdit): Manifest {
  const edited = (which: PackageList): readonly string[] => [
    ...packagesOf(manifest, which).filter((value) => !remove.includes(value)),
    ...(which === list ? values : []),
  ];
  return { ...manifest, system: { packages: edited('system') }, gui: { apps: edited('gui') } };
}

export function packagesOf({ system, gui }: Manifest, list: PackageList): readonly string[] {
  return (list === 'system' ? system?.packages : gui?.apps) ?? [];
}

function add(source: ManifestText, { add: values, list }: PackageEdit): string | undefined {
  const at = findList(source, list);
  if (at !== undefined) return addToTextList(source.text, at, values);
  return source.form === 'toml' ? addListToToml(source.text, list, values) : undefined;
}

function findList({ text, form, within }: ManifestText, list: PackageList): number | undefined {
  const path = [...(within === undefined ? [] : [within]), list, KEYS[list]];
  const { keys } = form === 'toml' ? scanToml(text) : scanJson(text);
  const at = findKey(keys, path)?.valueAt;
  return at !== undefined && text[at] === '[' ? at : undefined;
}

function findKey(keys: readonly ScannedKey[], path: readonly string[]): ScannedKey | undefined {
  return keys.find((key) => JSON.stringify(key.path) === JSON.stringify(path));
}

/** Into its table, or with it at the end of the text. */
function addListToToml(text: string, list: PackageList, values: readonly string[]): string {
  const pair = `${KEYS[list]} = [${values.map((value) => JSON.stringify(value)).join(', ')}]`;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const table = findKey(scanToml(text).keys, [list]);
  if (table === undefined) {
    const end = text === '' || text.endsWith('\n') ? '' : newline;
    return `${text}${end}${newline}[${list}]${newline}${pair}${newline}`;
  }
  if (table.keyAt !== table.valueAt) return replaceSpan(text, [table.valueAt + 1, table.valueAt + 1], ` ${pair} `);
  const lineEnd = text.indexOf('\n', table.keyAt);
  if (lineEnd === -1) return `${text}${newline}${pair}${newline}`;
  return replaceSpan(text, [lineEnd + 1, lineEnd + 1], `${pair}${newline}`);
}
