import path from 'node:path';

import { KarapaceError } from '@karapace/core';
import { z } from 'zod';

import { findCredentials, type AuthFile, type Credentials } from './credentials.ts';
import { readRegularFile } from './read-regular-file.ts';

/** Who asks: its variables, and its home. */
export interface Person {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

const LARGEST = 2 ** 20;

const authFile = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string().optional() })).optional(),
});

/**
 * Looks for a login where `skopeo login`, `podman login` and `docker login` keep it. The first place that has one for this repository answers.
 *
 * @throws KarapaceError `CONFIG_INVALID` naming a place that cannot be read, and nothing of what is in it
 */
export async function readCredentials(
  host: string,
  repository: string,
  person: Person,
): Promise<Credentials | undefined> {
  const { DOCKER_AUTH_CONFIG: inline } = person.environment;
  if (isSet(inline)) {
    const found = findCredentials(parse(inline, 'DOCKER_AUTH_CONFIG'), host, repository);
    if (found !== undefined) return found;
  }
  for (const file of placesOf(person)) {
    const bytes = await readPlace(file);
    const found = bytes && findCredentials(parse(bytes.toString(), file), host, repository);
    if (found !== undefined) return found;
  }
  return undefined;
}

function placesOf({ environment, home }: Person): readonly string[] {
  const { REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, XDG_CONFIG_HOME, DOCKER_CONFIG } = environment;
  if (isSet(REGISTRY_AUTH_FILE)) return [REGISTRY_AUTH_FILE];
  const directories = [
    ...(isSet(XDG_RUNTIME_DIR) ? [path.join(XDG_RUNTIME_DIR, 'containers')] : []),
    path.join(isSet(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : path.join(home, '.config'), 'containers'),
  ];
  const docker = isSet(DOCKER_CONFIG) ? DOCKER_CONFIG : path.join(home, '.docker');
  return [...directories.map((directory) => path.join(directory, 'auth.json')), path.join(docker, 'config.json')];
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

async function readPlace(file: string): Promise<Buffer | undefined> {
  try {
    return await readRegularFile(file, { links: 'follow', maxBytes: LARGEST });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw invalid(file, error);
  }
}

/** A cause of JSON.parse quotes the text, and the text holds passwords. */
function parse(text: string, place: string): AuthFile {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw invalid(place);
  }
  const result = authFile.safeParse(data);
  if (!result.success) throw invalid(place);
  return result.data;
}

function invalid(place: string, cause?: unknown): KarapaceError {
  return new KarapaceError('CONFIG_INVALID', `The logins of registries in \`${place}\` cannot be read`, {
    hint: 'Mend or remove it, and log in again: `skopeo login <registry>`.',
    ...(cause === undefined ? {} : { cause }),
  });
}
