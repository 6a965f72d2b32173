import type { Environment } from '../contracts/environment-store.ts';
import type { Store } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';

/** The shells that images bring, in the order people like them. */
const SHELLS = ['/usr/bin/bash', '/bin/bash', '/usr/bin/sh', '/bin/sh'] as const;

/** @throws KarapaceError `SANDBOX_FAILED` */
export async function loginShell({ layers }: Environment, { trees }: Store): Promise<readonly string[]> {
  const names = await Promise.all(layers.map(({ tree }) => trees.names(tree)));
  const shell = SHELLS.find((file) => names.some((tree) => tree.has(file)));
  if (shell !== undefined) return [shell, '-l'];
  throw new KarapaceError('SANDBOX_FAILED', 'The environment has no shell', {
    hint: 'Run one of its programs with `karapace exec <env> -- <program>`, or add a shell to `[system] packages`.',
  });
}
