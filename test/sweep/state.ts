import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import type { Environment, Karapace } from '@karapace/core';

import { canonicalJson } from '../../core/src/identity/canonical-json.ts';
import type { Place } from './place.ts';

/** Everything of a place that somebody was told is there, in a form that two places can be compared by. */
export interface State {
  /** By identity. */
  readonly environments: Readonly<Record<string, string>>;
  /** Digests of the projects' manifests and locks. */
  readonly projects: Readonly<Record<string, string>>;
}

/** Tells the environments in which what somebody wrote does not count. */
export type IsRough = (environment: Environment) => boolean;

export async function readState(karapace: Karapace, place: Place, isRough: IsRough): Promise<State> {
  const environments: Record<string, string> = {};
  for (const environment of await karapace.list()) {
    environments[environment.env_id] = await describe(environment, { karapace, place, isRough });
  }
  const projects = path.join(place.directory, 'projects');
  return {
    environments,
    projects: Object.fromEntries(
      fs
        .readdirSync(projects)
        .map((project) => [
          project,
          ['karapace.toml', 'karapace.lock'].map((name) => digestOf(path.join(projects, project, name))).join(' '),
        ]),
    ),
  };
}

async function describe(
  environment: Environment,
  { karapace, place, isRough }: { readonly karapace: Karapace; readonly place: Place; readonly isRough: IsRough },
): Promise<string> {
  const { env_id, names, state, generation, project, layers, lock } = environment;
  const snapshots = await karapace.snapshots(env_id);
  const upper = path.join(place.store, 'environments', env_id, `gen-${generation}`, 'upper');
  const value = {
    names,
    state,
    generation,
    project: path.relative(place.directory, project),
    layers: layers.map(({ key, tree }) => [key, tree]),
    lock: hash(canonicalJson(lock)),
    upper: isRough(environment) ? null : listUpper(upper),
    snapshots: snapshots.map(({ snapshot_id, tree, message }) => [snapshot_id, tree, message]),
  };
  return JSON.stringify(value, undefined, 1);
}

/** Names, types, modes, times and contents; the time of the directory itself says when it was made. */
function listUpper(upper: string): readonly string[] {
  return fs
    .readdirSync(upper, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const file = path.join(upper, name);
      const { mode, mtimeNs } = fs.lstatSync(file, { bigint: true });
      const content = fs.lstatSync(file).isFile() ? digestOf(file) : '';
      return `${name} ${mode.toString(8)} ${mtimeNs} ${content}`;
    });
}

function digestOf(file: string): string {
  return fs.existsSync(file) ? hash(fs.readFileSync(file)) : 'none';
}

function hash(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

/** Every path of a store with its type and content; but for what is nobody's: notes about holders, and caches. */
export function listStore({ store }: Pick<Place, 'store'>): readonly string[] {
  return listAll(store).filter((name) => !/^(?:locks|cache)\//u.test(name));
}

const LOCK = /^store\/(?:locks\/|environments\/[^/]+\/(?:lock|entry) )/u;

/** Everything in a place that anybody relies on, caches too. In locks are notes for people. */
export function listPlace({ directory }: Pick<Place, 'directory'>): readonly string[] {
  return listAll(directory).filter((line) => !LOCK.test(line));
}

function listAll(directory: string): readonly string[] {
  const names = fs.existsSync(directory) ? fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }) : [];
  return names.toSorted().map((name) => {
    const stats = fs.lstatSync(path.join(directory, name));
    return `${name} ${stats.mode.toString(8)} ${stats.isFile() ? digestOf(path.join(directory, name)) : ''}`;
  });
}
