import { readdirSync } from 'node:fs';

import { readText } from './read-text.ts';

const CLOSE_ON_EXEC = 0o2_000_000;
/** Above these every descriptor is somebody's; below, the sandbox gets its own. */
const LAST_OWN = 9;

/** Descriptors that this process inherited open and that each of its children would inherit too. */
export function findLeakedDescriptors(): readonly number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => descriptor > LAST_OWN && isInherited(descriptor));
}

function isInherited(descriptor: number): boolean {
  const flags = /^flags:\s*([0-7]+)$/mu.exec(readText(`/proc/self/fdinfo/${descriptor}`) ?? '')?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
}
