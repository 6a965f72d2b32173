import type { LockFile } from '../contracts/lock.ts';
import { comparePins, compareText } from './lock-grammar.ts';

/** Puts every list into its order: the same content, the same lock. Pure. */
export function sortLock<Body extends Omit<LockFile, 'env_id' | 'short_id'>>(lock: Body): Body {
  const { base, intent } = lock;
  const parameters = Object.entries(base.parameters).toSorted(([left], [right]) => compareText(left, right));
  return {
    ...lock,
    intent: {
      ...intent,
      system: { packages: intent.system.packages.toSorted() },
      gui: { apps: intent.gui.apps.toSorted() },
      mounts: intent.mounts.toSorted((left, right) => compareText(left.label, right.label)),
    },
    base: { ...base, parameters: Object.fromEntries(parameters), archives: base.archives.toSorted(comparePins) },
    packages: lock.packages.toSorted(comparePins),
  };
}
