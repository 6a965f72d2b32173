import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { test as base, expect } from 'vitest';

import { readCredentials } from '../src/read-credentials.ts';

const test = base.extend('home', async ({}, { onCleanup }) => {
  const home = await mkdtemp(path.join(tmpdir(), 'karapace-logins-'));
  onCleanup(() => rm(home, { recursive: true }));
  return home;
});

function login(user: string): { readonly auth: string } {
  return { auth: Buffer.from(`${user}:secret:of:${user}`).toString('base64') };
}

async function write(home: string, name: string, content: unknown): Promise<string> {
  const file = path.join(home, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function userOf(
  home: string,
  environment: Record<string, string> = {},
  repository = 'a/b',
): Promise<string | undefined> {
  const found = await readCredentials('r.example:5000', repository, { environment, home });
  expect(found?.password).toBe(found && `secret:of:${found.user}`);
  return found?.user;
}

test('nobody is logged in where there is no file', async ({ home }) => {
  expect(await userOf(home)).toBeUndefined();
});

test('logins of docker and of skopeo are found, the latter first', async ({ home }) => {
  await write(home, '.docker/config.json', { auths: { 'r.example:5000': login('docker') } });
  expect(await userOf(home)).toBe('docker');

  await write(home, '.config/containers/auth.json', { auths: { 'r.example:5000': login('skopeo') } });
  expect(await userOf(home)).toBe('skopeo');

  await write(home, 'run/containers/auth.json', { auths: { 'r.example:5000': login('session') } });
  expect(await userOf(home, { XDG_RUNTIME_DIR: path.join(home, 'run') })).toBe('session');
});

test('variables name other places, and one may hold a login itself', async ({ home }) => {
  await write(home, '.docker/config.json', { auths: { 'r.example:5000': login('docker') } });
  const file = await write(home, 'named.json', { auths: { 'r.example:5000': login('named') } });
  await write(home, 'elsewhere/config.json', { auths: { 'r.example:5000': login('elsewhere') } });
  const inline = JSON.stringify({ auths: { 'r.example:5000': login('inline') } });

  expect(await userOf(home, { REGISTRY_AUTH_FILE: file })).toBe('named');
  expect(await userOf(home, { DOCKER_CONFIG: path.join(home, 'elsewhere') })).toBe('elsewhere');
  expect(await userOf(home, { REGISTRY_AUTH_FILE: file, DOCKER_AUTH_CONFIG: inline })).toBe('inline');
  expect(await userOf(home, { DOCKER_AUTH_CONFIG: '{"auths":{}}' })).toBe('docker');
  expect(await userOf(home, { DOCKER_AUTH_CONFIG: '' })).toBe('docker');
});

test('the most particular login wins, and another registry’s is not used', async ({ home }) => {
  const auths = {
    'r.example:5000/a/b': login('image'),
    'r.example:5000/a': login('group'),
    'r.example': login('other-port'),
    'https://r.example:5000/v1/': login('address'),
  };
  await write(home, '.docker/config.json', { auths });

  expect(await userOf(home, {}, 'a/b')).toBe('image');
  expect(await userOf(home, {}, 'a/c')).toBe('group');
  expect(await userOf(home, {}, 'ab')).toBe('address');
});

test('a login that somebody else keeps is none', async ({ home }) => {
  await write(home, '.docker/config.json', { auths: { 'r.example:5000': {} }, credsStore: 'desktop' });

  expect(await userOf(home)).toBeUndefined();
});

test('names of prototypes are registries like others', async ({ home }) => {
  await write(home, '.docker/config.json', '{"auths":{"__proto__":{"auth":"YTpi"}}}');

  expect(await readCredentials('constructor', 'toString', { environment: {}, home })).toBeUndefined();
});

test('the file may be a link', async ({ home }) => {
  await mkdir(path.join(home, '.docker'));
  await symlink(
    await write(home, 'real.json', { auths: { 'r.example:5000': login('linked') } }),
    path.join(home, '.docker/config.json'),
  );

  expect(await userOf(home)).toBe('linked');
});

test.each([
  ['no JSON', '{"auths":{"r.example:5000":{"auth":"c2VjcmV0OnNlY3JldA==" oops'],
  ['of another form', '{"auths":{"r.example:5000":{"auth":["c2VjcmV0OnNlY3JldA=="]}}}'],
  ['endless', ' '.repeat(2 ** 20 + 1)],
])('a file that is %s is named, and nothing of it shown', async (_, content) => {
  const home = await mkdtemp(path.join(tmpdir(), 'karapace-logins-'));
  const file = await write(home, '.docker/config.json', content);

  const error = await userOf(home).then(expect.unreachable, (reason: unknown) => reason as Error);

  await rm(home, { recursive: true });
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(file) });
  expect(`${error.message} ${String(error.cause)}`).not.toContain('c2VjcmV0');
});
