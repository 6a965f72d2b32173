import { dirname } from 'node:path/posix';

import type { Controller, Hierarchy } from './hierarchies.ts';
import { WAYS_OUT } from './way-out.ts';

/** What a directory of a control group of version 2 says. */
export interface GroupState {
  /** Whether this user may make groups in it and move processes among them. */
  readonly isWritable: boolean;
  /** Whether processes are in the group itself, which then can pass nothing on. The root of all groups may have some. */
  readonly hasProcesses: boolean;
  /** What it may pass on. */
  readonly controllers: readonly string[];
  /** What it passes on to the groups in it. */
  readonly passedOn: readonly string[];
}

/** Where a group for a sandbox can be made. */
export interface GroupPlace {
  readonly version: 1 | 2;
  readonly parent: string;
  readonly controllers: readonly Controller[];
  /** What has to be passed on first. */
  readonly enable: readonly Controller[];
}

/** Why there is no such place. */
export interface Obstacle extends Hindrance {
  readonly controller: Controller;
}

export interface Hindrance {
  /** The end of a sentence. */
  readonly reason: string;
  /** What helps: a sentence without its full stop. */
  readonly wayOut: string;
}

export type ReadGroupState = (directory: string) => GroupState;

/**
 * Finds the places for groups that control what is wanted, as near to this process's own groups as possible: what limits
 * this process limits the sandbox too.
 */
export function findPlaces(
  wanted: readonly Controller[],
  hierarchies: readonly Hierarchy[],
  read: ReadGroupState,
): { readonly places: readonly GroupPlace[]; readonly obstacles: readonly Obstacle[] } {
  const first = hierarchies.filter(({ version }) => version === 1);
  const inFirst = (controller: Controller) => first.find(({ controllers }) => controllers.includes(controller));
  const places = new Map<string, GroupPlace>();
  const obstacles: Obstacle[] = [];
  for (const controller of wanted) {
    const hierarchy = inFirst(controller);
    if (hierarchy === undefined) continue;
    const { own } = hierarchy;
    if (own === null || !read(own).isWritable) obstacles.push({ controller, ...notWritable(own, WAYS_OUT.unified) });
    else {
      const controllers = [...(places.get(own)?.controllers ?? []), controller];
      places.set(own, { version: 1, parent: own, controllers, enable: [] });
    }
  }
  const rest = wanted.filter((controller) => inFirst(controller) === undefined);
  if (rest.length === 0) return { places: [...places.values()], obstacles };
  const found = findSecond(
    rest,
    hierarchies.find(({ version }) => version === 2),
    read,
  );
  if ('parent' in found) return { places: [...places.values(), found], obstacles };
  return { places: [...places.values()], obstacles: [...obstacles, ...found] };
}

function notWritable(group: string | null, wayOut: string): Hindrance {
  if (group === null) {
    return { reason: 'its control group is outside of what this process sees', wayOut: WAYS_OUT.container };
  }
  return { reason: `this user may not make control groups in \`${group}\``, wayOut };
}

/** The nearest group that this user may write to and that passes everything on, or can. A process is in one group only. */
function findSecond(
  wanted: readonly Controller[],
  hierarchy: Hierarchy | undefined,
  read: ReadGroupState,
): GroupPlace | readonly Obstacle[] {
  const refuse = (hindrance: Hindrance) => wanted.map((controller) => ({ controller, ...hindrance }));
  if (hierarchy === undefined) {
    return refuse({ reason: 'no control groups are mounted that can', wayOut: WAYS_OUT.container });
  }
  const { own, mount } = hierarchy;
  let hindrance = notWritable(own, WAYS_OUT.ownGroup);
  if (own === null) return refuse(hindrance);
  for (let parent = own; parent.length >= mount.length; parent = dirname(parent)) {
    const state = read(parent);
    if (!state.isWritable) break;
    const missing = wanted.filter((controller) => !state.passedOn.includes(controller));
    const impossible = missing.find((controller) => !state.controllers.includes(controller));
    if (impossible !== undefined) {
      const reason = `the control group \`${parent}\` has no controller \`${impossible}\``;
      hindrance = { reason, wayOut: WAYS_OUT.delegate };
    } else if (missing.length > 0 && state.hasProcesses) {
      const reason = `processes are in the control group \`${parent}\` itself, so it passes no controller on`;
      hindrance = { reason, wayOut: WAYS_OUT.ownGroup };
    } else return { version: 2, parent, controllers: wanted, enable: missing };
  }
  return refuse(hindrance);
}
