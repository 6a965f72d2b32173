import { dirname } from 'node:path/posix';

import type { Controller, Hierarchy } from './hierarchies.ts';

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

/** Why there is no such place, as the end of a sentence. */
export interface Obstacle {
  readonly controller: Controller;
  readonly reason: string;
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
    if (own === null || !read(own).isWritable) obstacles.push({ controller, reason: notWritable(own) });
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

function notWritable(group: string | null): string {
  if (group === null) return 'its control group is outside of what this process sees';
  return `this user may not make control groups in \`${group}\``;
}

/** The nearest group that this user may write to and that passes everything on, or can. A process is in one group only. */
function findSecond(
  wanted: readonly Controller[],
  hierarchy: Hierarchy | undefined,
  read: ReadGroupState,
): GroupPlace | readonly Obstacle[] {
  const refuse = (reason: string) => wanted.map((controller) => ({ controller, reason }));
  if (hierarchy === undefined) return refuse('no control groups are mounted that can');
  const { own, mount } = hierarchy;
  if (own === null) return refuse(notWritable(own));
  let reason = notWritable(own);
  for (let parent = own; parent.length >= mount.length; parent = dirname(parent)) {
    const state = read(parent);
    if (!state.isWritable) break;
    const missing = wanted.filter((controller) => !state.passedOn.includes(controller));
    const impossible = missing.find((controller) => !state.controllers.includes(controller));
    if (impossible !== undefined) reason = `the control group \`${parent}\` has no controller \`${impossible}\``;
    else if (missing.length > 0 && state.hasProcesses) {
      reason = `processes are in the control group \`${parent}\` itself, so it passes no controller on`;
    } else return { version: 2, parent, controllers: wanted, enable: missing };
  }
  return refuse(reason);
}
