import { homedir } from 'node:os';
import path from 'node:path';

import { KarapaceError } from '../errors.ts';
import { quotePath } from '../quote-path.ts';
import { manifestKind, ownerOf, readManifestFile, takenNames } from './read-manifest-file.ts';

/** File names of a manifest, in the order in which they are looked for. */
const CONFIG_FILES: readonly string[] = [
  'karapace.config.ts',
  'karapace.config.mts',
  'karapace.config.js',
  'karapace.config.mjs',
  'karapace.config.json',
  'karapace.toml',
];

/** Holds a manifest where it has the key `karapace`. */
const PACKAGE_FILE = 'package.json';
const PACKAGE_KEY = 'karapace';

/**
 * The manifest of a directory or of the nearest one above it, up to the user's home or the root of the file system.
 *
 * @throws KarapaceError `MANIFEST_NOT_FOUND`, `MANIFEST_UNREADABLE`, `CONFIG_INVALID` where one directory holds several
 */
export async function findConfigFile(start: string): Promise<string> {
  const explorer = await openExplorer();
  for (const directory of upward(start)) {
    const found = await findInDirectory(directory, explorer);
    if (found === undefined) continue;
    if (directory !== start) await checkOwner(found, start);
    return found;
  }
  throw notFound(start);
}

/** The manifest of this directory alone. */
export async function findConfigFileIn(directory: string): Promise<string> {
  const found = await findInDirectory(directory, await openExplorer());
  if (found === undefined) throw notFound(directory);
  return found;
}

/** The names of all manifests in this directory alone, in the order in which they are looked for. */
export async function listManifests(directory: string): Promise<readonly string[]> {
  const names = await takenNames(directory, [...CONFIG_FILES, PACKAGE_FILE]);
  const isOurs = !names.includes(PACKAGE_FILE) || (await hasKey(path.join(directory, PACKAGE_FILE)));
  return isOurs ? names : names.filter((name) => name !== PACKAGE_FILE);
}

type Explorer = Awaited<ReturnType<typeof openExplorer>>;

/**
 * cosmiconfig decides which file of a directory it is; reading is ours. It looks at one directory at a time: its own
 * way up would end in a global configuration, wait for pipes, and pass over what it may not read.
 */
async function openExplorer() {
  const { cosmiconfig } = await import('cosmiconfig');
  const seen = async (): Promise<object> => ({});
  return cosmiconfig('karapace', {
    packageProp: PACKAGE_KEY,
    searchPlaces: [...CONFIG_FILES, PACKAGE_FILE],
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: false,
    loaders: { '.ts': seen, '.mts': seen, '.js': seen, '.mjs': seen, '.toml': seen, '.json': seenJson },
  });
}

async function seenJson(file: string): Promise<object> {
  return path.basename(file) === PACKAGE_FILE && !(await hasKey(file)) ? {} : { [PACKAGE_KEY]: {} };
}

async function hasKey(file: string): Promise<boolean> {
  const text = await readManifestFile(file);
  // Most have none: a package.json that is not ours need not even be right.
  if (!text.includes(`"${PACKAGE_KEY}"`)) return false;
  const { parseJson } = await import('../manifest/parse-json.ts');
  return parseJson(text, file, PACKAGE_KEY).value !== undefined;
}

async function findInDirectory(directory: string, explorer: Explorer): Promise<string | undefined> {
  const names = await takenNames(directory, [...CONFIG_FILES, PACKAGE_FILE]);
  for (const name of names) await checkFile(path.join(directory, name));
  if (names.length === 0) return undefined;
  const result = await explorer.search(directory);
  if (result === null) return undefined;
  const found = path.basename(result.filepath);
  if (found === PACKAGE_FILE) return result.isEmpty === true ? undefined : result.filepath;
  const others = names.filter((name) => name !== found && name !== PACKAGE_FILE);
  if (names.includes(PACKAGE_FILE) && (await hasKey(path.join(directory, PACKAGE_FILE)))) others.push(PACKAGE_FILE);
  if (others.length > 0) throw ambiguous(directory, [found, ...others]);
  return result.filepath;
}

async function checkFile(file: string): Promise<void> {
  if ((await manifestKind(file)) === 'file') return;
  throw new KarapaceError('MANIFEST_UNREADABLE', `The manifest \`${file}\` is a directory`, {
    place: { file },
    hint: 'Rename the directory, or give the path of the manifest.',
  });
}

function* upward(start: string): Generator<string> {
  const home = homedir();
  let directory = path.resolve(start);
  for (;;) {
    yield directory;
    const parent = path.dirname(directory);
    if (directory === home || parent === directory) return;
    directory = parent;
  }
}

/** A config runs code: in /tmp/project, somebody else's /tmp/karapace.config.ts must not. */
async function checkOwner(file: string, start: string): Promise<void> {
  const owner = await ownerOf(file);
  if ([0, process.getuid?.(), await ownerOf(start)].includes(owner)) return;
  throw new KarapaceError('CONFIG_INVALID', `The manifest \`${file}\` above this directory belongs to another user`, {
    place: { file },
    hint: `If you trust it, name it: \`karapace build ${quotePath(file)}\`.`,
  });
}

function ambiguous(directory: string, names: readonly string[]): KarapaceError {
  const list = names.map((name) => `\`${name === PACKAGE_FILE ? `${name}#${PACKAGE_KEY}` : name}\``).join(' and ');
  return new KarapaceError('CONFIG_INVALID', `There is more than one manifest in \`${directory}\`: ${list}`, {
    place: { file: path.join(directory, names[0] ?? '') },
    hint: `Remove all but one, or name the one you mean: \`karapace build ${names[0]}\`, and with other commands \`--manifest ${names[0]}\`.`,
  });
}

function notFound(directory: string): KarapaceError {
  return new KarapaceError('MANIFEST_NOT_FOUND', `There is no manifest in \`${directory}\` or above it`, {
    hint: 'Make one with `karapace new <name>`.',
  });
}
