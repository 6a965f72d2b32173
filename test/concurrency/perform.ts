import fs from 'node:fs';
import path from 'node:path';

import {
  firstFailure,
  KarapaceError,
  type Environment,
  type Ids,
  type Karapace,
  type TreeDigest,
} from '@karapace/core';

import { storeLayout } from '../../core/src/store/store-layout.ts';
import { readTree } from '../../core/src/store/tree-record.ts';
import { verifyStore } from '../../core/src/store/verify/verify-store.ts';
import { execQuietly } from '../sweep/open-karapace.ts';
import type { Place } from '../sweep/place.ts';
import { now, type Answer, type Asked, type Content, type Recorded, type Seen, type Told } from './record.ts';

export interface Actor {
  readonly karapace: Karapace;
  readonly place: Place;
  readonly process: number;
}

/** Does what is asked, and says what it was told and when. */
export async function perform(asked: Asked, actor: Actor): Promise<Recorded> {
  const start = now();
  const answer = await answerTo(asked, actor);
  return { process: actor.process, asked, answer, start, end: now() };
}

async function answerTo(asked: Asked, actor: Actor): Promise<Answer> {
  try {
    return { told: await ask(asked, actor) };
  } catch (failure) {
    const error = firstFailure(failure);
    if (error instanceof KarapaceError) return { refused: error.code, message: error.message };
    return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function ask(asked: Asked, { karapace, place }: Actor): Promise<Told> {
  switch (asked.kind) {
    case 'build':
      return build(asked, karapace, place);
    case 'rename':
      return { id: (await karapace.rename(asked.reference, asked.to)).env_id };
    case 'mark':
      return { id: (await mark(asked, karapace)).env_id };
    case 'write':
      await execQuietly(karapace, asked.id, ['write', `/root/${asked.file}`, 'x'.repeat(asked.size - 1)]);
      return {};
    case 'commit':
      return commit(asked.id, karapace, place);
    case 'restore':
      await karapace.restore(asked.id, asked.snapshot);
      return {};
    case 'destroy': {
      const { environment, remains } = await karapace.destroy(asked.reference);
      return { id: environment.env_id, remains };
    }
    case 'gc': {
      const { environments } = await karapace.gc({ dryRun: asked.dryRun });
      return { removed: environments.map(({ env_id }) => env_id) };
    }
    case 'list':
      return { seen: (await karapace.list()).map(see) };
    case 'inspect':
      return { seen: [see(await karapace.inspect(asked.reference))] };
    case 'diff':
      return { content: await differences(asked.id, karapace) };
    case 'snapshots':
      return { snapshots: (await karapace.snapshots(asked.id)).map(({ snapshot_id }) => snapshot_id) };
    case 'unlock':
      fs.rmSync(path.join(place.directory, 'projects', asked.project, 'karapace.lock'), { force: true });
      return {};
    case 'verify':
      return verify(place);
  }
}

async function build(asked: Asked & { kind: 'build' }, karapace: Karapace, place: Place): Promise<Told> {
  const { project, name, fresh } = asked;
  const { environment } = await karapace.build(place.manifest(project), { directory: place.directory, name, fresh });
  return { id: environment.env_id };
}

function mark({ reference, mark: marks }: Asked & { kind: 'mark' }, karapace: Karapace): Promise<Environment> {
  if ('frozen' in marks) return marks.frozen ? karapace.freeze(reference) : karapace.thaw(reference);
  return marks.archived ? karapace.archive(reference) : karapace.unarchive(reference);
}

async function commit(id: string, karapace: Karapace, { store }: Place): Promise<Told> {
  const { snapshot, isNew } = await karapace.commit(id);
  return { snapshot: snapshot.snapshot_id, isNew, content: contentOf(store, snapshot.tree) };
}

/** What a tree holds, unless somebody has removed it by now. */
function contentOf(store: string, tree: TreeDigest): Content | undefined {
  const layout = storeLayout(store);
  if (!fs.existsSync(layout.tree(tree))) return undefined;
  try {
    const files = readTree(layout, tree).filter((entry) => entry.type === 'file');
    return Object.fromEntries(files.map((entry) => [path.basename(entry.path), entry.size]));
  } catch (error) {
    if (!fs.existsSync(layout.tree(tree))) return undefined;
    throw error;
  }
}

async function differences(id: string, karapace: Karapace): Promise<Content> {
  const files = (await karapace.diff(id)).filter(({ type, change }) => type === 'file' && change === 'added');
  return Object.fromEntries(files.map((file) => [path.basename(file.path), file.bytes ?? 0]));
}

async function verify({ store }: Place): Promise<Told> {
  const idSpace = async (ids: Ids) => ({ ids, description: 'own', wrap: (command: readonly string[]) => command });
  const { findings } = await verifyStore(store, { ids: 'single', idSpace });
  if (findings.length > 0) throw new Error(`verify-store found ${JSON.stringify(findings)}`);
  return {};
}

function see({ env_id, names, frozen, archived, project, generation }: Environment): Seen {
  return { id: env_id, names, frozen, archived, project: path.basename(project), generation };
}
