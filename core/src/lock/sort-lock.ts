import type { LockFile } from '../contracts/lock.ts';
import { comparePins, compareText } from './lock-grammar.ts';

/** Puts every list whose order means nothing into its order: the same content, the same lock. Pure. */
export function sortLock<Body extends Omit<LockFile, 'env_id' | 'short_id'>>(lock: Body): Body {
  const { base, intent } = lock;
  return {
    ...lock,
    intent: {
      ...intent,
      system: { packages: intent.system.packages.toSorted() },
      gui: { apps: intent.gui.apps.toSorted() },
      mounts: intent.mounts.toSorted((left, right) => compareText(left.label, right.label)),
      env: sortTable(intent.env),
      run: intent.run.map((each) => ({ ...each, after: each.after.toSorted() })),
    },
    base: { ...base, parameters: sortTable(base.parameters), archives: base.archives.toSorted(comparePins) },
    packages: lock.packages.toSorted(comparePins),
  };
}

function sortTable(table: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(table).toSorted(([left], [right]) => compareText(left, right)));
}
