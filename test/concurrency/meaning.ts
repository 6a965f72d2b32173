import {
  isSameContent,
  namesOf,
  projectOf,
  projectsOf,
  withEnvironment,
  withName,
  withoutEnvironment,
  withoutName,
  type ModelEnvironment,
  type ModelState,
} from './model.ts';
import type { Asked, Mark, Recorded, Seen, Told } from './record.ts';

/** Gives the state that follows, or nothing where this cannot happen in this state. */
export type Effect = (state: ModelState) => ModelState | undefined;
/** Something that must have been so at one moment of the operation. */
export type Fact = (state: ModelState) => boolean;

/** What an answer claims of the moments between an operation's start and end. */
export interface Meaning {
  readonly facts: readonly Fact[];
  /** Each at a moment of its own. */
  readonly effects: readonly Effect[];
  /** Whether the effects happened in this order. */
  readonly inOrder: boolean;
}

export interface Universe {
  /** The identity that a project's manifest has. */
  readonly projects: Readonly<Record<string, string>>;
  readonly names: readonly string[];
  /** Whether what a `diff` saw may be of several moments. */
  readonly isTorn: (record: Recorded) => boolean;
}

const meaning = (facts: readonly Fact[], effects: readonly Effect[] = [], inOrder = true): Meaning => ({
  facts,
  effects,
  inOrder,
});

/** What it means that an operation succeeded. */
export function meaningOf(record: Recorded, told: Told, universe: Universe): Meaning {
  const { asked } = record;
  switch (asked.kind) {
    case 'build':
      return meaning([], [build(asked, universe)]);
    case 'rename':
      return meaning([], [rename(asked, String(told.id))]);
    case 'mark':
      return meaning([meant(asked.reference, String(told.id))], [mark(String(told.id), asked.mark)]);
    case 'write':
      return meaning([], [write(asked)]);
    case 'commit':
      return meaning([], [commit(asked.id, told)]);
    case 'restore':
      return meaning([], [restore(asked)]);
    case 'destroy':
      return destroyed(asked.reference, told);
    case 'gc':
      return meaning([], asked.dryRun ? [] : (told.removed ?? []).map(collect), false);
    case 'list':
      return meaning(listed(told.seen ?? [], universe));
    case 'inspect':
      return meaning((told.seen ?? []).flatMap((seen) => inspected(asked.reference, seen)));
    case 'diff':
      return meaning(universe.isTorn(record) ? [] : [holds(asked.id, told)]);
    case 'snapshots':
      return meaning([hasSnapshots(asked.id, told)]);
    case 'unlock':
    case 'verify':
      return meaning([]);
  }
}

function change(id: string, next: (environment: ModelEnvironment) => ModelEnvironment | undefined): Effect {
  return (state) => {
    const before = state.environments[id];
    const after = before === undefined ? undefined : next(before);
    return after === undefined ? undefined : withEnvironment(state, id, after);
  };
}

function build(asked: Asked & { kind: 'build' }, { projects }: Universe): Effect {
  const { project, name, fresh } = asked;
  const id = String(projects[project]);
  return (state) => {
    const before = state.environments[id];
    const made: ModelEnvironment = { ...NEW, ...before, project };
    if (fresh && before !== undefined && (before.frozen || before.archived)) return undefined;
    const isRenewed = fresh && before !== undefined;
    const after = isRenewed ? { ...made, content: {}, generation: made.generation + 1 } : made;
    const built = withEnvironment(keepWithProject(state, id, project), id, after);
    return name === undefined ? built : withName(built, name, { id, project });
  };
}

/** Names that are for their environment's own project do not follow it to another one. */
function keepWithProject(state: ModelState, id: string, next: string): ModelState {
  const project = state.environments[id]?.project;
  if (project === next) return state;
  const own = namesOf(state, id).filter((name) => state.givenFor[name] === undefined);
  return own.reduce((kept, name) => withName(kept, name, { id, project }), state);
}

const NEW = { frozen: false, archived: false, generation: 1, content: {}, snapshots: {} } as const;

function rename({ reference, to }: Asked & { kind: 'rename' }, id: string): Effect {
  return (state) => {
    if (reference === to && state.names[to] === id) return state;
    if (state.names[to] !== undefined || state.environments[id] === undefined) return undefined;
    const [own, ...others] = projectsOf(state, id);
    if (reference === id) return others.length === 0 ? withName(state, to, { id, project: own }) : undefined;
    const project = state.givenFor[reference];
    return state.names[reference] === id ? withName(withoutName(state, reference), to, { id, project }) : undefined;
  };
}

function mark(id: string, marks: Mark): Effect {
  return change(id, (environment) => ({ ...environment, ...marks }));
}

function write({ id, file, size }: Asked & { kind: 'write' }): Effect {
  return change(id, (environment) => {
    if (environment.archived || environment.frozen) return undefined;
    return { ...environment, content: { ...environment.content, [file]: size } };
  });
}

function commit(id: string, { snapshot = '', isNew, content }: Told): Effect {
  return change(id, (environment) => {
    const { archived, snapshots } = environment;
    const isKnown = snapshots[snapshot] !== undefined;
    if (archived || isKnown === isNew) return undefined;
    if (content !== undefined && !isSameContent(content, environment.content)) return undefined;
    return isKnown ? environment : { ...environment, snapshots: { ...snapshots, [snapshot]: environment.content } };
  });
}

function restore({ id, snapshot }: Asked & { kind: 'restore' }): Effect {
  return change(id, (environment) => {
    const { frozen, archived, generation, snapshots } = environment;
    const content = snapshots[snapshot];
    if (frozen || archived || content === undefined) return undefined;
    return { ...environment, content, generation: generation + 1 };
  });
}

function destroyed(reference: string, { id = '', remains = [] }: Told): Meaning {
  const destroy: Effect = (state) => (state.environments[id] === undefined ? undefined : withoutEnvironment(state, id));
  if (remains.length > 0) {
    const removeName: Effect = (state) => {
      if (state.names[reference] !== id) return undefined;
      const left = withoutName(state, reference);
      return namesOf(left, id).join() === remains.join() ? left : undefined;
    };
    return meaning([], [removeName]);
  }
  const isOnlyName: Effect = (state) => (namesOf(state, id).join() === reference ? state : undefined);
  return meaning([], reference === id ? [destroy] : [isOnlyName, destroy]);
}

/** gc takes only what nobody can miss. */
function collect(id: string): Effect {
  return (state) => {
    const environment = state.environments[id];
    if (environment === undefined || environment.frozen || environment.archived) return undefined;
    const isUsed = [environment.snapshots, environment.content].some((each) => Object.keys(each).length > 0);
    return isUsed || namesOf(state, id).length > 0 ? undefined : withoutEnvironment(state, id);
  };
}

function meant(reference: string, id: string): Fact {
  return (state) => reference === id || state.names[reference] === id;
}

/** By a name, an environment's project is the name's. */
function inspected(reference: string, seen: Seen): readonly Fact[] {
  const { id, names, project } = seen;
  const facts = [meant(reference, id), ...seenFacts(seen)];
  if (!names.includes(reference)) return [...facts, isOfProject(seen)];
  return [...facts, (state) => state.names[reference] === id && projectOf(state, reference) === project];
}

function isOfProject(seen: Seen): Fact {
  const isSo = isRecorded(seen);
  return (state) => isSo(state) && state.environments[seen.id]?.project === seen.project;
}

function isRecorded({ id, frozen, archived, generation }: Seen): Fact {
  return ({ environments }) => {
    const found = environments[id];
    return found?.frozen === frozen && found.archived === archived && found.generation === generation;
  };
}

/** One row is of several moments as well: names, record and sessions are read one after the other. */
function seenFacts(seen: Seen): readonly Fact[] {
  const { id, names } = seen;
  return [
    isRecorded(seen),
    ...names.map(
      (name): Fact =>
        (state) =>
          state.names[name] === id,
    ),
  ];
}

function listed(seen: readonly Seen[], { projects, names }: Universe): readonly Fact[] {
  const ids = new Set(seen.map(({ id }) => id));
  const shown = new Set(seen.flatMap((each) => each.names));
  const missing = [...new Set(Object.values(projects))].filter((id) => !ids.has(id));
  const free = names.filter((name) => !shown.has(name));
  return [
    ...seen.flatMap((each) => [...seenFacts(each), isOfProject(each)]),
    ...missing.map(
      (id): Fact =>
        (state) =>
          state.environments[id] === undefined,
    ),
    ...free.map(
      (name): Fact =>
        (state) =>
          state.names[name] === undefined,
    ),
  ];
}

function holds(id: string, { content = {} }: Told): Fact {
  return ({ environments }) => isSameContent(environments[id]?.content ?? { none: 0 }, content);
}

function hasSnapshots(id: string, { snapshots = [] }: Told): Fact {
  return ({ environments }) => {
    const found = environments[id];
    return found !== undefined && Object.keys(found.snapshots).toSorted().join() === snapshots.toSorted().join();
  };
}
