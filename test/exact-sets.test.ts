import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeUser, runAsRoot, type OrdinaryUser } from './support/debian.ts';
import { documentedSets, seenSets, type ExactBackend } from './support/exact-sets.ts';
import { karapace, openWorkplace, startKarapace, type RunOptions, type RunResult } from './support/karapace.ts';

const LOOK = path.join(import.meta.dirname, 'support/look.sh');
const BACKENDS: readonly ExactBackend[] = ['namespace', 'oci-crun', 'oci-runc'];

/** Each backend has a step of its own: an equal one would be taken from the other's build. */
const manifest = (backend: ExactBackend) => `manifest_version = 1
[base]
image = "./rootfs.tar"
[runtime]
backend = "${backend}"
[mounts]
project = ".:/workspace"
[[files]]
source = "look.sh"
target = "/look.sh"
[[run]]
command = "sh /look.sh >/seen-by-${backend}"
`;

/** A project whose build looks around. */
function makeProject(directory: string): void {
  mkdirSync(path.join(directory, 'root/bin'), { recursive: true });
  cpSync('/bin/busybox', path.join(directory, 'root/bin/busybox'));
  cpSync(LOOK, path.join(directory, 'look.sh'));
  const script =
    'for name in sh cat sleep; do ln -s busybox root/bin/$name; done; tar -C root -cf rootfs.tar . && rm -r root';
  execFileSync('sh', ['-euc', script], { cwd: directory });
  for (const backend of BACKENDS) writeFileSync(path.join(directory, `${backend}.toml`), manifest(backend));
}

function giveTo({ name, home }: OrdinaryUser, directory: string): string {
  const place = path.join(home, 'place');
  runAsRoot('mv', directory, place);
  runAsRoot('chown', '-R', `${name}:`, place);
  runAsRoot('chmod', '755', place);
  return place;
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
    directory = (await openWorkplace()).directory;
    mkdirSync(path.join(directory, 'project'), { recursive: true });
    makeProject(path.join(directory, 'project'));
    if (user !== undefined) directory = giveTo(user, directory);
    options = { store: path.join(directory, 'store'), cwd: path.join(directory, 'project'), prefix: user?.prefix };
  });

  afterAll(() => {
    runAsRoot('rm', '-rf', directory);
    user?.[Symbol.dispose]();
  });

  describe.for(BACKENDS)('by %s', (backend) => {
    beforeAll(async () => {
      const built = await run('build', `${backend}.toml`, '--name', backend);
      expect(built.stderr).toContain('Built');
    }, 120_000);

    afterAll(() => run('destroy', backend, '--yes'));

    test('in exec, and in a session that joins another', async () => {
      const first = startKarapace(['exec', backend, '--', 'sh', '-c', 'echo ready; sleep 600'], options);
      await once(first.stdout ?? first, 'data');
      const joined = await run('exec', backend, '--', 'sh', '/workspace/look.sh');
      await run('stop', backend, '--time', '0');
      const alone = await run('exec', backend, '--', 'sh', '/workspace/look.sh');

      expect(seenSets(joined.stdout, backend)).toEqual(documentedSets({ backend }));
      expect(seenSets(alone.stdout, backend)).toEqual(documentedSets({ backend }));
    });

    test('on a terminal, in enter', async () => {
      const { cwd = '', store, prefix = [] } = options;
      const bin = path.resolve(import.meta.dirname, '../plugins/frontend-cli/bin/karapace.js');
      const enter = `'${process.execPath}' '${bin}' --store '${store}' enter ${backend}`;
      const command = [...prefix, 'script', '-qec', enter, '/dev/null'];
      execFileSync(command[0] ?? '', command.slice(1), {
        cwd,
        input: 'sh /look.sh >/workspace/seen; exit\n',
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      const seen = seenSets(readFileSync(path.join(cwd, 'seen'), 'utf8'), backend);
      runAsRoot('rm', path.join(cwd, 'seen'));

      expect(seen).toEqual(documentedSets({ backend, isOnTerminal: true }));
    });

    test('in a step of a build', async () => {
      const { stdout } = await run('exec', backend, '--', 'cat', `/seen-by-${backend}`);

      expect(seenSets(stdout, backend)).toEqual(documentedSets({ backend, isBuild: true }));
    });
  });
});
