import { mkdtempSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeBusyboxProject } from './support/busybox-project.ts';
import { makeUser, runAsRoot } from './support/debian.ts';
import { karapace, karapaceJson, openWorkplace, type RunOptions, type Workplace } from './support/karapace.ts';

let place: Workplace;

beforeAll(async () => {
  place = await openWorkplace();
  // As `mktemp -d` makes a directory for somebody who is not root.
  await makeBusyboxProject(place, {
    name: 'closed',
    pack: 'chmod 0700 . && tar --owner=7 --group=42 --sort=name -c .',
  });
});
afterAll(async () => {
  runAsRoot('rm', '-rf', place.directory);
});

interface Person extends Disposable {
  readonly options: RunOptions;
  readonly project: string;
}

function copyProject(home: string): Omit<Person, typeof Symbol.dispose> {
  const project = `${home}/closed`;
  runAsRoot('cp', '-r', path.join(place.directory, 'closed'), project);
  return { project, options: { store: `${home}/store`, cwd: project } };
}

function asRoot(): Person {
  const home = mkdtempSync(path.join(place.directory, 'home-'));
  return { ...copyProject(home), [Symbol.dispose]: () => runAsRoot('rm', '-r', home) };
}

function asUser(range: boolean): Person {
  const user = makeUser({ range });
  const { project, options } = copyProject(user.home);
  runAsRoot('chown', '-R', user.name, project);
  return { project, options: { ...options, prefix: user.prefix }, [Symbol.dispose]: () => user[Symbol.dispose]() };
}

function lookThrough({ options }: Person) {
  const json = async <T>(...args: string[]) => (await karapaceJson(args, options)) as unknown as T;
  const inside = async (...command: string[]) =>
    (await karapace(['exec', 'odd', '--', 'busybox', ...command], options)).stdout.trim();
  return {
    json,
    inside,
    root: () => inside('stat', '-c', '%u:%g %a', '/'),
    changes: async () => (await json<{ readonly changes: readonly object[] }>('diff', 'odd')).changes,
  };
}

describe.for([
  { title: 'root', begin: asRoot, root: '7:42 700' },
  { title: 'a user with a range of ids', begin: () => asUser(true), root: '7:42 700' },
  { title: 'a user with one id', begin: () => asUser(false), root: '0:0 700' },
])('the root directory of an image that is closed to others, for $title,', ({ begin, root }) => {
  test('is as it is in the image, and no change, after whatever begins anew', { timeout: 120_000 }, async () => {
    using person = begin();
    const look = lookThrough(person);
    const expectUnchanged = async () => {
      expect(await look.root()).toBe(root);
      expect(await look.changes()).toEqual([]);
    };

    const { env_id } = await look.json<{ env_id: string }>('build', '--name', 'odd');
    await expectUnchanged();
    await look.json('commit', 'odd');
    await look.inside('chmod', '0711', '/');
    expect(await look.changes()).toHaveLength(1);
    const { snapshots } = await look.json<{ snapshots: { snapshot_id: string }[] }>('snapshots', 'odd');
    await look.json('restore', 'odd', snapshots[0]?.snapshot_id ?? '');
    await expectUnchanged();
    await look.json('rebuild', '--name', 'odd');
    await expectUnchanged();

    runAsRoot('sh', '-c', `rm -r ${person.options.store}/environments/${env_id}/gen-*/upper`);
    await karapace(['verify-store', '--repair'], person.options);
    await expectUnchanged();
    expect(await karapace(['verify-store'], person.options)).toMatchObject({ code: 0 });
  });

  test('does not keep gc from an environment that nobody can miss', { timeout: 120_000 }, async () => {
    using person = begin();
    const look = lookThrough(person);
    const { env_id } = await look.json<{ env_id: string }>('build', '--name', 'odd');
    await look.root();
    runAsRoot('sh', '-c', `printf '[env]\\nNEXT = "1"\\n' >>${person.project}/karapace.toml`);
    const next = await look.json<{ env_id: string }>('build', '--name', 'odd');

    const { environments } = await look.json<{ environments: { env_id: string }[] }>('gc');

    expect(next.env_id).not.toBe(env_id);
    expect(environments.map((each) => each.env_id)).toEqual([env_id]);
  });
});
