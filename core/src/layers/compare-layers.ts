import type { BuiltLayer, LayerDefinition } from '../contracts/lock.ts';
import type { ExplainedLayer, ExplainedParent, InputDifference, LayerComparison } from '../contracts/explanation.ts';
import { compareInputs } from './compare-inputs.ts';

/**
 * What became of each layer from one environment to another. Pure.
 *
 * @param before bottom first
 * @param after bottom first
 */
export function compareLayers(
  before: readonly ExplainedLayer[],
  after: readonly ExplainedLayer[],
): readonly LayerComparison[] {
  const byName = new Map(before.map((layer) => [layer.name, layer]));
  const names = new Set(after.map(({ name }) => name));
  return [
    ...after.map((layer) => compareLayer(byName.get(layer.name), layer)),
    ...before.filter(({ name }) => !names.has(name)).map((layer) => oneSided('removed', layer)),
  ];
}

/** What differs between two definitions; nothing exactly where they have the same canonical JSON. Pure. */
export function compareDefinitions(before: LayerDefinition, after: LayerDefinition): readonly InputDifference[] {
  return compareInputs(before, after).toSorted((left, right) => rank(left) - rank(right));
}

/** Steps name the archives that they install, and so differ whenever these do. */
const FOLLOWING = ['environment', 'steps'];

function rank({ path }: InputDifference): number {
  return FOLLOWING.indexOf(String(path[1])) + 1;
}

function compareLayer(before: ExplainedLayer | undefined, after: ExplainedLayer): LayerComparison {
  if (before === undefined) return oneSided('added', after);
  const differences = compareDefinitions(before.definition, after.definition);
  const parents = otherParents(before.parents, after.parents);
  return {
    name: after.name,
    kind: after.definition.kind,
    verdict: verdictOn(differences, parents),
    before: factsOf(before),
    after: factsOf(after),
    differences,
    parents,
    paths: [],
    hasSameBytes: before.tree === after.tree,
  };
}

function verdictOn(differences: readonly InputDifference[], parents: readonly string[]): LayerComparison['verdict'] {
  if (differences.length > 0) return 'inputs';
  return parents.length > 0 ? 'parents' : 'same';
}

function oneSided(verdict: 'added' | 'removed', layer: ExplainedLayer): LayerComparison {
  const facts = factsOf(layer);
  const [before, after] = verdict === 'added' ? [undefined, facts] : [facts, undefined];
  const { name, definition } = layer;
  const differences = contentOf(definition, verdict);
  const kind = definition.kind;
  return { name, kind, verdict, before, after, differences, parents: [], paths: [], hasSameBytes: false };
}

/** What a layer brings, or takes along: its archives, its files, its command. */
function contentOf({ inputs }: LayerDefinition, verdict: 'added' | 'removed'): readonly InputDifference[] {
  const lists = Object.entries(inputs).filter(([input, value]) => Array.isArray(value) && !FOLLOWING.includes(input));
  return lists.flatMap(([input, value]) => {
    // The words of a command are nothing each for itself.
    const isWords = Array.isArray(value) && value.every((item) => typeof item === 'string');
    const [before, after] = verdict === 'added' ? [isWords ? undefined : [], value] : [value, isWords ? undefined : []];
    const path = ['inputs', input];
    return isWords ? [{ path, change: verdict, before, after }] : compareInputs(before, after, path);
  });
}

function factsOf({ name, key, tree, entries, bytes }: ExplainedLayer): BuiltLayer {
  return { name, key, tree, entries, bytes };
}

/** Those below that have other content, are new or are gone; where only their order is other, all of them. */
function otherParents(before: readonly ExplainedParent[], after: readonly ExplainedParent[]): readonly string[] {
  const [was, is] = [before, after].map((parents) => parents.map(({ tree }) => tree));
  if (String(was) === String(is)) return [];
  const other = [
    ...after.filter(({ tree }) => was?.includes(tree) !== true),
    ...before.filter(({ tree }) => is?.includes(tree) !== true),
  ];
  return [...new Set((other.length > 0 ? other : after).map(nameOf))];
}

/** Content that no layer of the environment has is known by its digest alone. */
function nameOf({ name, tree }: ExplainedParent): string {
  return name ?? tree.slice(0, 12);
}
