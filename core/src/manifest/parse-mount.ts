import path from 'node:path';

import type { Mount } from '../contracts/manifest.ts';
import { CONTROL, isBelow, KERNEL_TREES, normalPath } from './inside-path.ts';

/** What is wrong with a mount, as the rest of a sentence that starts "must be …". */
export interface MountProblem {
  readonly expected: string;
}

/** How a path of the host is written: absolute, in the home, or relative to the project. */
/** How a directory of the host is written: absolute, in the home, or relative to the project. */
export const HOST_FORM = /^(?:\/|~$|~\/|\.{1,2}$|\.{1,2}\/)/;

/** Reads `host:container`. The last `:/` divides the two, because a host path may hold colons. */
export function parseMount(label: string, text: string): Mount | MountProblem {
  const divider = text.lastIndexOf(':/');
  if (divider === -1 || CONTROL.test(text)) return { expected: '`host:container` with an absolute container path' };
  const [host, container] = [text.slice(0, divider), text.slice(divider + 1)];
  if (!HOST_FORM.test(host))
    return { expected: '`host:container`, its host path starting with `/`, `~/`, `./` or `../`' };
  const expected = containerProblem(container) ?? hostProblem(host);
  return expected === undefined ? { label, host, container: normalPath(container) } : { expected };
}

function containerProblem(container: string): string | undefined {
  if (container.includes(':')) return '`host:container` without a colon in the container path or an option after it';
  if (container.split('/').includes('..')) return '`host:container` without `..` in the container path';
  const normal = normalPath(container);
  const isReserved = normal === '/' || isBelow(normal, KERNEL_TREES);
  const isTaken = isReserved || normal === '/tmp' || normal === '/run';
  return isTaken
    ? '`host:container`, its container path not `/`, `/tmp` or `/run` nor in `/proc`, `/sys` or `/dev`'
    : undefined;
}

/** The kernel's file systems, and `/` which carries them along, would undo what keeps an environment in. */
function hostProblem(host: string): string | undefined {
  const normal = normalPath(host);
  const isKernel = normal === '/' || isBelow(normal, KERNEL_TREES);
  return isKernel ? '`host:container`, its host path not `/` nor in `/proc`, `/sys` or `/dev`' : undefined;
}

/** Whether a directory of the host is written relative to the project. */
export function isOfProject(written: string): boolean {
  return !path.isAbsolute(written) && !written.startsWith('~');
}

/** The absolute path that a directory of the host is written for. */
export function hostPath(
  written: string,
  { project, home }: { readonly project: string; readonly home: string | undefined },
): string {
  const isBelowHome = written === '~' || written.startsWith('~/');
  return isBelowHome ? path.join(home ?? '/', written.slice(1)) : path.resolve(project, written);
}
