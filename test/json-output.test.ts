import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect, test } from 'vitest';

import { VERBS } from '../plugins/frontend-cli/src/verbs.ts';
import { JSON_SCHEMAS, jsonPage, schemaFiles } from '../scripts/docs/json/page.ts';
import { root } from '../scripts/setup/workspace.js';
import { karapace, openWorkplace } from './support/karapace.ts';

/** Their stdout is the command's inside. */
const WITHOUT_JSON = ['enter', 'exec'];

test('docs/json.md and the schemas of the package are what `npm run docs` writes', async () => {
  const folder = path.join(root, 'plugins/frontend-cli/schema');
  const files = schemaFiles();

  expect(await readFile(path.join(root, 'docs/json.md'), 'utf8')).toBe(jsonPage());
  expect((await readdir(folder)).toSorted()).toEqual([...files.keys()].toSorted());
  for (const [name, text] of files)
    expect([name, JSON.parse(await readFile(path.join(folder, name), 'utf8'))]).toEqual([name, JSON.parse(text)]);
});

test('every command that prints JSON has a schema', () => {
  const verbs = VERBS.map(({ name }) => name).filter((name) => !WITHOUT_JSON.includes(name));

  expect(Object.keys(JSON_SCHEMAS).toSorted()).toEqual(verbs.toSorted());
});

test('what commands print in the life of an environment is what their schemas say, to the field', async () => {
  await using place = await openWorkplace();
  const folder = path.join(place.directory, 'project');
  await mkdir(folder);
  const printed = new Set<string>();
  const at = { cwd: folder, store: place.store };
  const json = async (verb: string, ...args: readonly string[]): Promise<Record<string, unknown>> => {
    const { stdout, stderr } = await karapace([verb, ...args, '--json'], at);
    const output: unknown = JSON.parse(stdout);
    expect([verb, stderr, JSON_SCHEMAS[verb]?.safeParse(output).error?.issues]).toEqual([verb, stderr, undefined]);
    printed.add(verb);
    return output as Record<string, unknown>;
  };
  const inside = (...command: readonly string[]) => karapace(['exec', 'dev', '--', ...command], at);

  await json('new', 'dev', '--template', 'dev');
  const manifest = await readFile(path.join(folder, 'karapace.toml'), 'utf8');
  await writeFile(path.join(folder, 'karapace.toml'), `${manifest}\n[runtime]\nbackend = "mock"\n`);
  await json('pin', '--write-lock');
  const { env_id } = await json('build', '--name', 'dev');
  await json('build', folder, folder, `${folder}/nowhere`);
  await json('add', 'ripgrep');
  await json('remove', 'ripgrep');
  await json('outdated');
  await json('update');
  await json('rebuild', '--name', 'dev');
  await json('list');
  expect(await json('inspect', 'dev')).toMatchObject({ env_id, state: 'Built' });
  await json('inspect', '--plan');
  await json('why');
  await json('graph');
  await json('logs');
  await inside('write', '/etc/motd', 'changed');
  await json('diff');
  const { snapshot_hash } = await json('commit', '-m', 'mine');
  expect(await json('snapshots')).toMatchObject({ snapshots: [{ restore_hash: snapshot_hash }] });
  await json('restore', 'dev', String(snapshot_hash));
  for (const verb of ['freeze', 'thaw', 'archive', 'unarchive', 'stop']) await json(verb);
  await json('rename', 'dev', 'work');
  await json('verify-store');
  await json('migrate');
  await json('doctor');
  await json('completions', 'bash');
  await json('man-pages');
  await writeFile(path.join(folder, 'karapace.toml'), `${manifest}\n[runtime]\nbackend = "mock"\n[env]\nA = "1"\n`);
  await json('build', '--name', 'other');
  await json('why', 'work', 'other');
  await json('destroy', 'other');
  await json('destroy', 'work');
  await rm(path.join(folder, 'karapace.lock'));
  await json('gc', '--dry-run');
  await json('gc');

  expect([...printed].toSorted()).toEqual(Object.keys(JSON_SCHEMAS).toSorted());
}, 120_000);
