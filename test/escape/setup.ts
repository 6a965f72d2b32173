import type { CommandStarter, SandboxPlan } from '@karapace/sandbox-profile';

/** A descriptor that somebody forgot to close: nothing that starts a sandbox has so high a number. */
export const LEAKED = 20;

/** Everything that starts a sandbox, as data. */
export interface Setup {
  readonly plan: SandboxPlan;
  readonly starter: CommandStarter;
  /** Options of `unshare` that are left out. */
  readonly without: readonly string[];
  /** Of whoever starts it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether a descriptor that somebody forgot to close is handed down. */
  readonly leaks: boolean;
}

/** What guards keep away, where it can be let in from. */
export interface Outside {
  /** Holds `sys`, `dev`, and the library `lie-to-bwrap.so`. */
  readonly directory: string;
  readonly secret: string;
  /** Of whoever runs this: a machine's root may lack some. */
  readonly capabilities: readonly string[];
}

/** Guards that are off, by their names in the catalogue. */
export type Guards = ReadonlySet<string>;

/** `capability mknod` gives `mknod` where the kind is `capability`. */
export function namesOf(off: Guards, kind: string): readonly string[] {
  return [...off].filter((guard) => guard.startsWith(`${kind} `)).map((guard) => guard.slice(kind.length + 1));
}
