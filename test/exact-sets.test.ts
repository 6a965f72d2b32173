import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeUser, runAsRoot, type OrdinaryUser } from './support/debian.ts';
import { documentedSets, seenSets } from './support/exact-sets.ts';
import { karapace, openWorkplace, type RunOptions, type RunResult } from './support/karapace.ts';

const LOOK = path.join(import.meta.dirname, 'support/look.sh');
const MANIFEST = `manifest_version = 1
[base]
image = "./rootfs.tar"
[mounts]
project = ".:/workspace"
[[files]]
source = "look.sh"
target = "/look.sh"
[[run]]
command = "sh /look.sh >/seen-in-build"
`;

/** A project whose build looks around. */
function makeProject(directory: string): void {
  mkdirSync(path.join(directory, 'root/bin'), { recursive: true });
  cpSync('/bin/busybox', path.join(directory, 'root/bin/busybox'));
  cpSync(LOOK, path.join(directory, 'look.sh'));
  writeFileSync(path.join(directory, 'karapace.toml'), MANIFEST);
  const script =
    'for name in sh cat; do ln -s busybox root/bin/$name; done; tar -C root -cf rootfs.tar . && rm -r root';
  execFileSync('sh', ['-euc', script], { cwd: directory });
}

const people = [
  ['whoever runs the tests', undefined],
  ['a user with a range of ids', true],
  ['a user with a single id', false],
] as const;

describe.for(people)('what is seen inside by %s is exactly what is documented', ([, range]) => {
  let directory: string;
  let user: OrdinaryUser | undefined;
  let options: RunOptions;

  function run(...args: readonly string[]): Promise<RunResult> {
    return karapace(args, options);
  }

  beforeAll(async () => {
    user = range === undefined ? undefined : makeUser({ range });
    directory = user === undefined ? (await openWorkplace()).directory : path.join(user.home, 'place');
    const project = path.join(directory, 'project');
    mkdirSync(project, { recursive: true });
    makeProject(project);
    if (user !== undefined) runAsRoot('chown', '-R', `${user.name}:${user.name}`, directory);
    options = { store: path.join(directory, 'store'), cwd: project, prefix: user?.prefix };
    const built = await run('build', '--name', 'look');
    expect(built.stderr).toContain('Built');
  }, 120_000);

  afterAll(async () => {
    await run('destroy', 'look', '--yes');
    runAsRoot('rm', '-rf', directory);
    user?.[Symbol.dispose]();
  });

  test('in exec', async () => {
    const { stdout } = await run('exec', 'look', '--', 'sh', '/workspace/look.sh');

    expect(seenSets(stdout)).toEqual(documentedSets({}));
  });

  test('on a terminal, in enter', async () => {
    const { cwd = '', store, prefix = [] } = options;
    const bin = path.resolve(import.meta.dirname, '../plugins/frontend-cli/bin/karapace.js');
    const enter = `'${process.execPath}' '${bin}' --store '${store}' enter look`;
    const command = [...prefix, 'script', '-qec', enter, '/dev/null'];
    execFileSync(command[0] ?? '', command.slice(1), {
      cwd,
      input: 'sh /look.sh >/workspace/seen; exit\n',
      stdio: ['pipe', 'ignore', 'pipe'],
    });

    expect(seenSets(readFileSync(path.join(cwd, 'seen'), 'utf8'))).toEqual(documentedSets({ isOnTerminal: true }));
    rmSync(path.join(cwd, 'seen'));
  });

  test('in a step of a build', async () => {
    const { stdout } = await run('exec', 'look', '--', 'cat', '/seen-in-build');

    expect(seenSets(stdout)).toEqual(documentedSets({ isBuild: true }));
  });
});
