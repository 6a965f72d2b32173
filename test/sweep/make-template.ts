import fs from 'node:fs';
import path from 'node:path';

import { execQuietly, openKarapace } from './open-karapace.ts';
import type { Place } from './place.ts';

/** Packages of the projects; `fresh` is described and not yet built. */
const PROJECTS = {
  dev: ['git', 'curl'],
  cold: ['vim'],
  old: ['gcc'],
  spare: ['git'],
  gone: ['nano'],
  fresh: ['git', 'make'],
} as const;

/**
 * A store in which everything is that an operation could lose: environments with one name, two names and none, with
 * snapshots, frozen, archived, changed since, and one that only gc is for.
 */
export async function makeTemplate(place: Place): Promise<void> {
  for (const [project, packages] of Object.entries(PROJECTS)) place.write(project, packages);
  await using karapace = await openKarapace(place);
  const build = (project: string, name: string | undefined, fresh = false) =>
    karapace.build(place.manifest(project), { directory: place.directory, name, fresh });
  const write = async (name: string, file: string, text: string): Promise<void> => {
    await execQuietly(karapace, name, ['write', file, text]);
    const { env_id, generation } = await karapace.inspect(name);
    setTimes(path.join(place.store, 'environments', env_id, `gen-${generation}`, 'upper'));
  };

  await build('dev', 'dev');
  await write('dev', '/root/first', 'of the first snapshot');
  await karapace.commit('dev', 'first');
  await write('dev', '/root/second', 'of the second snapshot');
  await write('dev', '/etc/deep/er/file', 'below new directories');
  await karapace.commit('dev', 'second');
  await write('dev', '/root/third', 'not committed');

  await build('cold', 'cold');
  await write('cold', '/root/kept', 'frozen');
  await karapace.freeze('cold');

  await build('old', 'old');
  await write('old', '/root/kept', 'archived');
  await karapace.commit('old', 'of an archived environment');
  await karapace.archive('old');

  await build('spare', 'spare');
  await build('spare', 'extra');
  await write('spare', '/root/spare', 'of an environment with two names');
  await karapace.commit('spare', 'in reserve');

  await build('gone', 'gone');
  place.write('gone', ['nano', 'jq']);
  await build('gone', undefined, true);
  fs.writeFileSync(`${place.directory}/beside`, 'what is beside the store stays as it is');
}

/** Always the same ones, so that two templates hold the same snapshots. */
function setTimes(upper: string): void {
  for (const name of fs.readdirSync(upper, { recursive: true, encoding: 'utf8' }).concat('')) {
    fs.lutimesSync(path.join(upper, name), 1_600_000_000.5, 1_600_000_000.5);
  }
}
