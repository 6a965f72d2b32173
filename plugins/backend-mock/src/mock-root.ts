import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { SandboxSpec } from '@karapace/core';

/** The files that a command sees: mounts, then the upper directory, then the layers. */
export interface MockRoot {
  /** Host path of a file or directory inside; `undefined` where there is none. */
  find(inside: string): string | undefined;
  read(inside: string): Promise<Buffer | undefined>;
  /** `false` where the root is read only. */
  write(inside: string, bytes: Buffer | string): Promise<boolean>;
  /** Where changes go; `undefined` where they are refused. */
  readonly upper: string | undefined;
}

export function createMockRoot({ root, mounts }: SandboxSpec): MockRoot {
  const lower = root.kind === 'layers' ? root.lower : [];
  const upper = root.kind === 'layers' && root.upper.kind === 'directory' ? root.upper.directory : undefined;
  const layers = upper === undefined ? lower : [upper, ...lower];

  const find = (inside: string): string | undefined => {
    const name = path.posix.normalize(path.posix.join('/', inside));
    const mounted = mounts
      .filter(({ target }) => name === target || name.startsWith(`${target}/`))
      .map(({ source, target }) => path.join(source, name.slice(target.length)));
    return [...mounted, ...layers.map((layer) => path.join(layer, name))].find((file) => existsSync(file));
  };

  return {
    upper,
    find,
    async read(inside) {
      const file = find(inside);
      return file === undefined ? undefined : readFile(file);
    },
    async write(inside, bytes) {
      if (upper === undefined) return false;
      const file = path.join(upper, path.posix.normalize(path.posix.join('/', inside)));
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
      return true;
    },
  };
}
