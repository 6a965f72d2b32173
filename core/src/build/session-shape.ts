import type { SandboxSpec } from '../contracts/sandbox.ts';
import type { SessionShape } from '../contracts/store.ts';

/** What sessions of one environment must have in common. */
export function shapeOf({ network, mounts }: SandboxSpec): SessionShape {
  return { network, targets: mounts.map(({ target }) => target).toSorted() };
}
