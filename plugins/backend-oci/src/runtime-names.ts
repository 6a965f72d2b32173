/** In the order in which they are looked for. */
export const RUNTIMES = ['crun', 'runc', 'youki'] as const;

export type RuntimeName = (typeof RUNTIMES)[number];

/** What the name of a backend asks for: a runtime, `null` for whichever there is, `undefined` where it is another backend. */
export function runtimeOf(backend: string): RuntimeName | null | undefined {
  if (backend === 'oci') return null;
  return RUNTIMES.find((name) => backend === `oci-${name}`);
}
