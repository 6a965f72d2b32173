import type { InputDifference } from '@karapace/core';

export interface Differences {
  /** What made the difference. */
  readonly causes: readonly InputDifference[];
  /** What is other only because of that: steps name the archives that they install. */
  readonly consequences: readonly InputDifference[];
}

/** Tells what somebody changed from what follows from it. */
export function splitConsequences(differences: readonly InputDifference[]): Differences {
  const names = new Set(differences.flatMap(archiveNames));
  const follows = ({ path, before, after }: InputDifference): boolean =>
    path[1] === 'steps' && [before, after].every((word) => word === undefined || isNameOf(word, names));
  const { true: consequences = [], false: causes = [] } = Object.groupBy(differences, (each) => `${follows(each)}`);
  return { causes, consequences };
}

function archiveNames({ path, before, after }: InputDifference): readonly string[] {
  if (path[1] !== 'archives') return [];
  return [before, after].flatMap((item) => {
    const { name, arch, file } = (item ?? {}) as Readonly<Record<string, unknown>>;
    const texts = [name, file, ...(typeof name === 'string' && typeof arch === 'string' ? [`${name}:${arch}`] : [])];
    return texts.filter((text) => typeof text === 'string');
  });
}

/** A word that is the name, or a path to the file. */
function isNameOf(word: unknown, names: ReadonlySet<string>): boolean {
  return typeof word === 'string' && (names.has(word) || names.has(word.slice(word.lastIndexOf('/') + 1)));
}
