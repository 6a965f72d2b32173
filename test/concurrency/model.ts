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
  readonly environments: Readonly<Record<string, ModelEnvironment>>;
}

export const EMPTY: ModelState = { names: {}, environments: {} };

export function withEnvironment(state: ModelState, id: string, environment: ModelEnvironment): ModelState {
  return { ...state, environments: { ...state.environments, [id]: environment } };
}

export function withoutEnvironment({ names, environments }: ModelState, id: string): ModelState {
  return {
    names: Object.fromEntries(Object.entries(names).filter(([, each]) => each !== id)),
    environments: Object.fromEntries(Object.entries(environments).filter(([each]) => each !== id)),
  };
}

export function withName(state: ModelState, name: string, id: string): ModelState {
  return { ...state, names: { ...state.names, [name]: id } };
}

export function withoutName(state: ModelState, name: string): ModelState {
  return { ...state, names: Object.fromEntries(Object.entries(state.names).filter(([each]) => each !== name)) };
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
export function keyOfState({ names, environments }: ModelState): string {
  const parts = Object.keys(environments)
    .toSorted()
    .map((id) => `${id.slice(0, 12)}=${keyOfEnvironment(environments[id] as ModelEnvironment)}`);
  const named = Object.keys(names)
    .toSorted()
    .map((name) => `${name}=${names[name]?.slice(0, 12)}`);
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
