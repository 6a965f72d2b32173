import { existsSync } from 'node:fs';

import {
  findTool,
  readHostFacts,
  toolsFiles,
  VISIBLE_SYS,
  type HostFacts,
  type HostOptions,
} from '@karapace/sandbox-profile';

import { readCgroupView, type CgroupView } from './cgroup-view.ts';
import { INIT_PROGRAM } from './init-program.ts';

/** What a bundle depends on, besides the spec. Plain data, so that a bundle is pure. */
export interface OciFacts extends HostFacts {
  /** Absolute; `null` where it is not installed. */
  readonly initProgram: string | null;
  /** Of what may be seen of `/sys`, what this kernel has. */
  readonly visibleSys: readonly string[];
  /** Of the files of `/etc` that tools may need, what this host has. */
  readonly toolsFiles: readonly string[];
  readonly cgroups: CgroupView;
}

export function readOciFacts(options: HostOptions): OciFacts {
  const facts = readHostFacts(options);
  return {
    ...facts,
    initProgram: findTool(INIT_PROGRAM, facts.toolDirectories) ?? null,
    visibleSys: VISIBLE_SYS.filter((path) => existsSync(path)),
    toolsFiles: toolsFiles({ network: 'host' }).filter((path) => existsSync(path)),
    cgroups: readCgroupView(),
  };
}
