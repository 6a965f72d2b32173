import type { Content } from './record.ts';

/** An environment as its users know it. */
export interface ModelEnvironment {
  readonly frozen: boolean;
  readonly archived: boolean;
  readonly project: string;
  readonly generation: number;
  readonly content: Content;
  /** What each holds. */
  readonly snapshots: Readonly<Record<string, Content>>;
}

/** Everything that a store's users know of it. Never changed: each step makes another. */
export interface ModelState {
  readonly names: Readonly<Record<string, string>>;
  /** What names were given for; one that is not here is for its environment's own project, whichever that is. */
  readonly givenFor: Readonly<Record<string, string>>;
  readonly environments: Readonly<Record<string, ModelEnvironment>>;
}

export const EMPTY: ModelState = { names: {}, givenFor: {}, environments: {} };

export function withEnvironment(state: ModelState, id: string, environment: ModelEnvironment): ModelState {
  return { ...state, environments: { ...state.environments, [id]: environment } };
}

export function withoutEnvironment(state: ModelState, id: string): ModelState {
  const named = namesOf(state, id).reduce(withoutName, state);
  return { ...named, environments: without(named.environments, id) };
}

/** @param project the one that the name is given for; `undefined`: its environment's own */
export function withName(state: ModelState, name: string, { id, project }: Named): ModelState {
  const givenFor = without(state.givenFor, name);
  return {
    ...state,
    names: { ...state.names, [name]: id },
    givenFor: project === undefined ? givenFor : { ...givenFor, [name]: project },
  };
}

export interface Named {
  readonly id: string;
  readonly project: string | undefined;
}

export function withoutName(state: ModelState, name: string): ModelState {
  return { ...state, names: without(state.names, name), givenFor: without(state.givenFor, name) };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([each]) => each !== key));
}

/** The project that a name leads to. */
export function projectOf({ names, givenFor, environments }: ModelState, name: string): string | undefined {
  return givenFor[name] ?? environments[names[name] ?? '']?.project;
}

/** The projects that an environment and its names are known to be for. */
export function projectsOf(state: ModelState, id: string): readonly string[] {
  const known = [state.environments[id]?.project, ...namesOf(state, id).map((name) => projectOf(state, name))];
  return [...new Set(known.filter((project) => project !== undefined))];
}

export function namesOf({ names }: ModelState, id: string): readonly string[] {
  return Object.keys(names)
    .filter((name) => names[name] === id)
    .toSorted();
}

export function isSameContent(left: Content, right: Content): boolean {
  return keyOfContent(left) === keyOfContent(right);
}

const KEYS = new WeakMap<ModelEnvironment, string>();

/** The same for equal states. */
export function keyOfState({ names, givenFor, environments }: ModelState): string {
  const parts = Object.keys(environments)
    .toSorted()
    .map((id) => `${id.slice(0, 12)}=${keyOfEnvironment(environments[id] as ModelEnvironment)}`);
  const named = Object.keys(names)
    .toSorted()
    .map((name) => `${name}=${names[name]?.slice(0, 12)}/${givenFor[name] ?? ''}`);
  return `${named.join()} ${parts.join(' ')}`;
}

function keyOfEnvironment(environment: ModelEnvironment): string {
  const known = KEYS.get(environment);
  if (known !== undefined) return known;
  const { frozen, archived, project, generation, content, snapshots } = environment;
  const ids = Object.keys(snapshots).map((id) => id.slice(0, 12));
  const key = [frozen, archived, project, generation, keyOfContent(content), ids.toSorted().join('.')].join('/');
  KEYS.set(environment, key);
  return key;
}

function keyOfContent(content: Content): string {
  return Object.keys(content)
    .toSorted()
    .map((file) => `${file}:${content[file]}`)
    .join();
}
