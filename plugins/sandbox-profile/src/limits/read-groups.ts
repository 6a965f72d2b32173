import { accessSync, constants, existsSync } from 'node:fs';

import { readText } from '../read-text.ts';
import type { GroupState } from './group-place.ts';
import { parseHierarchies, type Hierarchy } from './hierarchies.ts';

/** The control groups that a process is in, as this process sees them. */
export function readHierarchies(pid: number | 'self' = 'self'): readonly Hierarchy[] {
  return parseHierarchies(readText('/proc/self/mountinfo') ?? '', readText(`/proc/${pid}/cgroup`) ?? '');
}

export function readGroupState(directory: string): GroupState {
  return {
    isWritable: isWritable(directory) && isWritable(`${directory}/cgroup.procs`),
    // The root of all groups is the only one without a type.
    hasProcesses: existsSync(`${directory}/cgroup.type`) && readText(`${directory}/cgroup.procs`) !== '',
    controllers: readNames(`${directory}/cgroup.controllers`),
    passedOn: readNames(`${directory}/cgroup.subtree_control`),
  };
}

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function readNames(file: string): readonly string[] {
  return (readText(file) ?? '').trim().split(' ');
}
