import fs from 'node:fs';
import path from 'node:path';

import type { EnvIdentity } from '../../contracts/ids.ts';
import { isDangling } from '../dangling-name.ts';
import { KarapaceError } from '../../errors.ts';
import { environmentFiles } from '../environment-files.ts';
import { checkIndexed } from '../environment-index.ts';
import { listEnvironmentIds, readNames } from '../environment-names.ts';
import { readEnvironmentRecord, type StoredEnvironment } from '../environment-record.ts';
import { isFileShared } from '../file-lock.ts';
import { corruptRecord } from '../record-file.ts';
import { readSnapshots } from '../snapshot-record.ts';
import type { StoreCore } from '../store-core.ts';
import type { StoreLayout } from '../store-layout.ts';
import { hasCode } from '../system-error.ts';
import type { TreeClient } from '../tree-client.ts';
import type { EnvironmentNode } from './reach.ts';

/** An environment with what gc says of it. */
export interface ListedEnvironment extends EnvironmentNode {
  readonly record: StoredEnvironment;
  /** When a session or a build last had it: ISO 8601, UTC. */
  readonly lastUsed: string;
}

interface Usage {
  readonly isNamed: boolean;
  readonly isInUse: boolean;
}

function isInUse(layout: StoreLayout, id: EnvIdentity): boolean {
  return isFileShared(environmentFiles(layout.environment(id)).lock);
}

/**
 * Every environment, with what it needs.
 *
 * @throws KarapaceError `STORE_CORRUPT` naming the record, name or snapshot that cannot be read
 */
export async function listForGc(core: StoreCore): Promise<readonly ListedEnvironment[]> {
  const { layout } = core;
  const names = readNames(layout);
  const ids = listEnvironmentIds(layout);
  for (const [name, id] of names) {
    if (!ids.includes(id) && isDangling(layout, name, id)) {
      throw corruptRecord(layout.name(name), `its environment \`${id}\` is missing`);
    }
  }
  const named = new Set(names.values());
  const listed: ListedEnvironment[] = [];
  for (const id of ids) {
    const list = async () => {
      const record = readEnvironmentRecord(layout, id);
      const usage = { isNamed: named.has(id), isInUse: isInUse(layout, id) };
      return record === undefined ? [] : [await listOne(core, record, usage)];
    };
    listed.push(...(await unlessDestroyed(layout, id, list)));
  }
  return listed;
}

/**
 * Whether nobody can miss an environment. To be called by who holds its lock and the writer lock.
 *
 * @throws KarapaceError `STORE_CORRUPT`
 */
export async function isForgotten(core: StoreCore, id: EnvIdentity): Promise<boolean> {
  const record = readEnvironmentRecord(core.layout, id);
  const isNamed = new Set(readNames(core.layout).values()).has(id);
  return record !== undefined && (await listOne(core, record, { isNamed, isInUse: false })).isForgotten;
}

/** What is destroyed between two reads looks damaged; so may what is then built again. */
async function unlessDestroyed<T>(
  layout: StoreLayout,
  id: EnvIdentity,
  read: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  try {
    return await read();
  } catch {
    return fs.existsSync(layout.environment(id)) ? read() : [];
  }
}

async function listOne(
  core: StoreCore,
  record: StoredEnvironment,
  { isNamed, isInUse: inUse }: Usage,
): Promise<ListedEnvironment> {
  const { layout } = core;
  const { env_id: id, layers, lock } = record;
  const snapshots = readSnapshots(layout, id);
  checkIndexed(layout, id);
  return {
    id,
    record,
    isForgotten: !isNamed && !inUse && snapshots.length === 0 && (await isUnmissed(core, record)),
    layers: layers.map(({ key }) => key),
    trees: [...layers.map(({ tree }) => tree), ...snapshots.flatMap((each) => [each.tree, ...each.layers])],
    archives: [...archivesOf(lock)],
    lastUsed: lastUseOf(layout, record),
  };
}

/** Sessions touch the lock. */
function lastUseOf(layout: StoreLayout, { env_id, built_at }: StoredEnvironment): string {
  const lock = fs.lstatSync(environmentFiles(layout.environment(env_id)).lock, { throwIfNoEntry: false });
  const used = lock?.mtime.toISOString() ?? built_at;
  return used > built_at ? used : built_at;
}

function archivesOf({ base, packages }: StoredEnvironment['lock']): readonly string[] {
  return [...(base.archives ?? []), ...packages].map(({ sha256 }) => sha256);
}

/** Nobody marked it, is in it, changed anything in it, or has a project whose lock means it. */
async function isUnmissed(core: StoreCore, { env_id, frozen, archived, generation, project, lock }: StoredEnvironment) {
  if (frozen || archived || isPinnedBy(project, env_id)) return false;
  const { upper } = environmentFiles(core.layout.environment(env_id)).generation(generation);
  return isEmpty(upper, () => core.trees(lock.ids));
}

/** An upper is as its image's root is: it may belong to another id, and be closed to all others. */
async function isEmpty(upper: string, trees: () => Promise<TreeClient>): Promise<boolean> {
  try {
    return fs.readdirSync(upper).length === 0;
  } catch (error) {
    if (hasCode(error, 'EACCES')) return isEmptyInside(upper, trees);
    if (hasCode(error, 'ENOENT')) throw corruptRecord(upper, 'the directory is missing');
    throw error;
  }
}

/** What cannot be looked into at all may hold something. */
async function isEmptyInside(upper: string, trees: () => Promise<TreeClient>): Promise<boolean> {
  try {
    return await (await trees()).ask('isEmpty', { directory: upper });
  } catch (error) {
    if (error instanceof KarapaceError) return false;
    throw error;
  }
}

/** A project that cannot be read may have a lock; one that is gone has none. */
function isPinnedBy(project: string, id: EnvIdentity): boolean {
  return unlessGone(() => {
    const locks = fs.readdirSync(project).filter((name) => name.endsWith('.lock'));
    return locks.some((name) => unlessGone(() => mentions(path.join(project, name), id)));
  });
}

function unlessGone(isPinned: () => boolean): boolean {
  try {
    return isPinned();
  } catch (error) {
    return !hasCode(error, 'ENOENT', 'ENOTDIR');
  }
}

const LONGEST_LOCK = 64 * 1024 * 1024;

/** A lock of ours is never that long, but who knows what it says. */
function mentions(file: string, id: EnvIdentity): boolean {
  const stats = fs.statSync(file);
  return stats.isFile() && (stats.size > LONGEST_LOCK || fs.readFileSync(file, 'latin1').includes(id));
}
