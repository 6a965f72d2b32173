import { pick } from '../sweep/random.ts';
import type { Answer, Asked } from './record.ts';

/** What a process knows of a store that others change. */
export interface Memory {
  readonly process: number;
  readonly projects: Readonly<Record<string, string>>;
  readonly names: readonly string[];
  /** Snapshots it heard of, by environment. */
  readonly snapshots: Map<string, string[]>;
  /** The size of the next file it writes: no two are equal. */
  nextSize: number;
}

type Chooser = (memory: Memory, random: () => number) => Asked;

const id: (memory: Memory, random: () => number) => string = ({ projects }, random) =>
  pick(Object.values(projects), random);
const name: typeof id = ({ names }, random) => pick(names, random);
const reference: typeof id = (memory, random) => (random() < 0.5 ? id : name)(memory, random);
const project: typeof id = ({ projects }, random) => pick(Object.keys(projects), random);

const build =
  (fresh: boolean): Chooser =>
  (memory, random) => ({
    kind: 'build',
    project: project(memory, random),
    name: random() < 0.6 ? name(memory, random) : undefined,
    fresh,
  });

const write: Chooser = (memory, random) => {
  memory.nextSize += 1;
  return { kind: 'write', id: id(memory, random), file: `w${memory.process}`, size: memory.nextSize };
};

const mark =
  (marks: (Asked & { kind: 'mark' })['mark']): Chooser =>
  (memory, random) => ({ kind: 'mark', reference: reference(memory, random), mark: marks });

const restore: Chooser = (memory, random) => {
  const environment = id(memory, random);
  const known = memory.snapshots.get(environment) ?? [];
  const snapshot = known.length === 0 ? '0'.repeat(64) : pick(known.slice(-6), random);
  return { kind: 'restore', id: environment, snapshot };
};

/** How often each is chosen. Looking is cheap, and verifying is not. */
const CHOICES: readonly (readonly [number, Chooser])[] = [
  [12, build(false)],
  [5, build(true)],
  [16, write],
  [12, (memory, random) => ({ kind: 'commit', id: id(memory, random) })],
  [7, restore],
  [7, (memory, random) => ({ kind: 'rename', reference: reference(memory, random), to: name(memory, random) })],
  [3, mark({ frozen: true })],
  [5, mark({ frozen: false })],
  [2, mark({ archived: true })],
  [5, mark({ archived: false })],
  [4, (memory, random) => ({ kind: 'destroy', reference: reference(memory, random) })],
  [2, (memory, random) => ({ kind: 'unlock', project: project(memory, random) })],
  [3, () => ({ kind: 'gc', dryRun: false })],
  [1, () => ({ kind: 'gc', dryRun: true })],
  [6, () => ({ kind: 'list' })],
  [5, (memory, random) => ({ kind: 'inspect', reference: reference(memory, random) })],
  [7, (memory, random) => ({ kind: 'diff', id: id(memory, random) })],
  [4, (memory, random) => ({ kind: 'snapshots', id: id(memory, random) })],
  [0.5, () => ({ kind: 'verify' })],
];

const WEIGHT = CHOICES.reduce((sum, [weight]) => sum + weight, 0);

export function chooseAsked(memory: Memory, random: () => number): Asked {
  let left = random() * WEIGHT;
  for (const [weight, choose] of CHOICES) {
    left -= weight;
    if (left < 0) return choose(memory, random);
  }
  return { kind: 'list' };
}

/** What somebody was told of snapshots is what he may ask for next. */
export function remember(memory: Memory, asked: Asked, answer: Answer): void {
  if (!('told' in answer) || !('id' in asked)) return;
  const { snapshot, snapshots } = answer.told;
  const heard = [...(snapshots ?? []), ...(snapshot === undefined ? [] : [snapshot])];
  if (heard.length === 0) return;
  const known = memory.snapshots.get(asked.id) ?? [];
  memory.snapshots.set(asked.id, [...new Set([...known, ...heard])]);
}
