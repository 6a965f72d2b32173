/** For what an image is made. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

/** What a machine can run: variants in the order of preference, where an empty one stands for none. */
export interface Machine {
  readonly architecture: string;
  readonly variants: readonly string[];
}

const ANY = [''];

/**
 * Node's names of architectures, as Go and therefore OCI call them. Of amd64 only what every such processor can run: a level
 * that this processor has may be missing on the next one that the lock is used on.
 */
const MACHINES: Readonly<Record<string, Machine>> = {
  arm: { architecture: 'arm', variants: ['v7', '', 'v6', 'v5'] },
  arm64: { architecture: 'arm64', variants: ['v8', ''] },
  ia32: { architecture: '386', variants: ANY },
  ppc64: { architecture: 'ppc64le', variants: ANY },
  x64: { architecture: 'amd64', variants: ['', 'v1'] },
};

/** @param arch Node's `process.arch` */
export function machineOf(arch: string): Machine {
  return MACHINES[arch] ?? { architecture: arch, variants: ANY };
}

/** How well a platform fits, 0 best; `undefined`: it cannot run here. */
export function fitOf({ os, architecture, variant = '' }: Platform, machine: Machine): number | undefined {
  if (os !== 'linux' || architecture !== machine.architecture) return undefined;
  const fit = machine.variants.indexOf(variant);
  return fit === -1 ? undefined : fit;
}

/** `linux/arm64/v8` */
export function printPlatform({ os, architecture, variant = '' }: Platform): string {
  return [os, architecture, variant].filter((part) => part !== '').join('/');
}
