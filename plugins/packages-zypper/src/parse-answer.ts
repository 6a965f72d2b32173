import { printVersion, readTags } from '@karapace/rpm';

export interface Repository {
  readonly alias: string;
  readonly address: string;
  /** The lowest wins. */
  readonly priority: number;
}

/** Reads what `zypper --xmlout repos --url` prints: `repo` elements, each with its `url` elements. */
export function parseRepositories(xml: string): readonly Repository[] {
  const repositories: Repository[] = [];
  for (const { name, isEnd, attributes, text } of readTags(xml)) {
    if (isEnd) continue;
    const last = repositories.at(-1);
    if (name === 'repo') {
      const [alias = '', priority = '99'] = [attributes.get('alias'), attributes.get('priority')];
      repositories.push({ alias, priority: Number(priority), address: '' });
    } else if (name === 'url' && last?.address === '') {
      repositories[repositories.length - 1] = { ...last, address: text };
    }
  }
  return repositories.toSorted((left, right) => left.priority - right.priority);
}

/** A file with a repository's list of packages. */
export interface PackageList {
  readonly number: number;
  /** Name of the repository's directory: its alias, `/` as `_`. */
  readonly directory: string;
}

export interface Inventory {
  readonly lists: readonly PackageList[];
  /** Versions by name. */
  readonly installed: ReadonlyMap<string, string>;
  /** Name asked for, and an installed package that provides it. */
  readonly provides: readonly (readonly [name: string, provider: string])[];
}

/** Reads the lines that the script prints on its own. */
export function parseInventory(output: string): Inventory {
  const records = output.split('\n').map((line) => line.split('\t'));
  const of = (kind: string) => records.filter(([is]) => is === kind).map(([, ...fields]) => fields);
  const installed = of('installed').map(
    ([name = '', epoch = '', version = '', release = '']) => [name, printVersion({ epoch, version, release })] as const,
  );
  return {
    lists: of('list').map(([number, directory = '']) => ({ number: Number(number), directory })),
    installed: new Map(installed),
    provides: of('provides').map(([name = '', provider = '']) => [name, provider] as const),
  };
}

export interface ChosenPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
}

export interface Solution {
  readonly chosen: readonly ChosenPackage[];
  /** Names of what is installed and would go. */
  readonly removed: readonly string[];
  readonly said: string;
}

/** A conflict is described by a paragraph, and then by solutions that nobody is asked to choose from. */
function problemOf(description: string): string {
  return description.split(/\n\s*Solution \d/u, 1)[0] ?? '';
}

/** Reads which packages `zypper --xmlout install` would put into the image and take from it, and what it says against it. */
export function parseSolution(xml: string): Solution {
  const chosen: ChosenPackage[] = [];
  const removed: string[] = [];
  const said: string[] = [];
  let action = '';
  for (const { name, isEnd, attributes, text } of readTags(xml)) {
    if (name.startsWith('to-')) action = isEnd ? '' : name;
    if (isEnd) continue;
    const of = (attribute: string) => attributes.get(attribute) ?? '';
    if (name === 'message' && of('type') !== 'info') said.push(text);
    if (name === 'description' && action === '') said.push(problemOf(text));
    if (name !== 'solvable' || of('type') !== 'package' || action === '') continue;
    if (action === 'to-remove') removed.push(of('name'));
    else chosen.push({ name: of('name'), version: of('edition'), arch: of('arch') });
  }
  return { chosen, removed, said: said.join('; ').replaceAll(/\s+/gu, ' ') };
}
