import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { makeUser, runAsRoot } from './support/debian.ts';
import { karapace, openWorkplace, type RunResult, type Workplace } from './support/karapace.ts';

const IMAGE = 'manifest_version = 1\n[base]\nimage = "./rootfs.tar"\n';

let place: Workplace;
let manifest: string;
let config: string;
let own: string;

beforeAll(async () => {
  place = await openWorkplace();
  manifest = await place.manifest(IMAGE);
  config = path.join(place.directory, 'config');
  own = path.join(config, 'karapace/policy.toml');
  for (const name of ['data', 'config/karapace', 'project/inside'])
    mkdirSync(path.join(place.directory, name), { recursive: true });
  writeFileSync(path.join(place.directory, 'data/file'), 'data\n');
  writeFileSync(path.join(place.directory, 'project/inside/file'), 'inside\n');
  const script =
    'mkdir -p root/bin && cp /bin/busybox root/bin/ && for name in sh cat env; do ln -s busybox root/bin/$name; done';
  execFileSync('sh', ['-euc', `${script}; tar -C root -cf rootfs.tar . && rm -r root`], {
    cwd: path.dirname(manifest),
  });
});
afterAll(async () => {
  runAsRoot('rm', '-rf', place.directory);
});
beforeEach(() => rmSync(own, { force: true }));

function run(...args: readonly string[]): Promise<RunResult> {
  return karapace(args, { store: place.store, cwd: path.dirname(manifest), env: { XDG_CONFIG_HOME: config } });
}

/** Writes the manifest and builds it. */
function build(more: string): Promise<RunResult> {
  writeFileSync(manifest, IMAGE + more);
  return run('build', '--name', 'dev');
}

describe('a mount outside of the project', () => {
  test('is refused until the line that the refusal gives stands in the file that it names', async () => {
    const refused = await build('[mounts]\ninside = "./inside:/inside"\ndata = "../data:/data"\n');
    const [, line = '', file = ''] = /fix: Write `(.*)` in `\[policy\]` of `(.*)`\./u.exec(refused.stderr) ?? [];
    writeFileSync(own, `[policy]\n${line}\n`);
    const built = await run('build', '--name', 'dev');
    const read = await run('exec', 'dev', '--', 'cat', '/data/file', '/inside/file');

    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('error[POLICY_DENIED]');
    expect(file).toBe(own);
    expect(built.code).toBe(0);
    expect(read.stdout).toBe('data\ninside\n');
  }, 60_000);

  test('is refused at the entry, and at a build that has nothing to do, once it is no longer allowed', async () => {
    writeFileSync(own, '[policy]\nmounts = [".", "../data"]\n');
    await build('[mounts]\ndata = "../data:/data"\n');
    rmSync(own);
    const [entered, rebuilt] = [
      await run('exec', 'dev', '--', 'cat', '/data/file'),
      await run('build', '--name', 'dev'),
    ];

    for (const { code, stdout, stderr } of [entered, rebuilt]) {
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('error[POLICY_DENIED]');
    }
  }, 60_000);

  test('is refused at the entry where a link has led there since the build', async () => {
    const link = path.join(path.dirname(manifest), 'link');
    symlinkSync('inside', link);
    await build('[mounts]\nlink = "./link:/link"\n');
    const before = await run('exec', 'dev', '--', 'cat', '/link/file');
    rmSync(link);
    symlinkSync('../data', link);
    const after = await run('exec', 'dev', '--', 'cat', '/link/file');

    expect(before.stdout).toBe('inside\n');
    expect(after).toMatchObject({ code: 2, stdout: '' });
    expect(after.stderr).toContain(`\`${path.join(place.directory, 'data')}\` is outside of the project`);
  }, 60_000);
});

test('a variable and the network are refused where the policy does not allow them', async () => {
  writeFileSync(own, '[policy]\nvariables = ["LC_*"]\nnetwork_isolation = true\n');
  const variable = await build('[env]\nLC_ALL = "C"\nTOKEN = "x"\n[runtime]\nnetwork_isolation = true\n');
  const network = await build('[env]\nLC_ALL = "C"\n');
  const allowed = await build('[env]\nLC_ALL = "C"\n[runtime]\nnetwork_isolation = true\n');

  expect(variable.stderr).toContain(`The variable \`TOKEN\` is not allowed`);
  expect(variable.stderr).toContain(`--> ${own}:2:1`);
  expect(network.stderr).toContain(`--> ${own}:3:1`);
  expect([variable.code, network.code, allowed.code]).toEqual([2, 2, 0]);
}, 60_000);

test('a policy that others may write stops everything, and doctor says so', async () => {
  await build('');
  writeFileSync(own, '[policy]\n');
  execFileSync('chmod', ['g+w', own]);
  const [entered, built, doctor] = [await run('exec', 'dev', '--', 'env'), await run('build'), await run('doctor')];

  for (const { code, stderr } of [entered, built]) {
    expect(code).toBe(2);
    expect(stderr).toContain('error[POLICY_INVALID]');
    expect(stderr).toContain(`fix: Run \`chmod go-w ${own}\``);
  }
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toContain('failed   Policy');
}, 60_000);

test('inspect shows what is in force, and doctor the files', async () => {
  writeFileSync(own, '[policy]\nmounts = ["."]\n');
  await build('[policy]\nvariables = []\n');
  const [shown, printed, doctor] = [
    await run('inspect', 'dev'),
    await run('--json', 'inspect', 'dev'),
    await run('doctor'),
  ];

  expect(shown.stdout).toContain(`Policy    mounts = ["."] (${own})`);
  expect(JSON.parse(printed.stdout)).toMatchObject({
    policy: [
      { origin: 'user', file: own, rules: { mounts: ['.'] } },
      { origin: 'project', file: path.dirname(manifest), rules: { variables: [] } },
    ],
  });
  expect(doctor.stdout).toMatch(new RegExp(`ok +Policy: ${own}`, 'u'));
}, 60_000);

test("the machine's policy holds for an ordinary user, whose own can only narrow it", async () => {
  using user = makeUser({ range: true });
  const directory = `${user.home}/project`;
  writeFileSync(manifest, `${IMAGE}[mounts]\nhere = ".:/here"\n`);
  runAsRoot('cp', '-r', path.dirname(manifest), directory);
  runAsRoot(
    'sh',
    '-c',
    `mkdir -p ${user.home}/.config/karapace && echo '[policy]\nmounts = ["/"]' >${user.home}/.config/karapace/policy.toml`,
  );
  runAsRoot('chown', '-R', `${user.name}:`, user.home);
  // A machine of its own as far as /etc goes.
  const machine = `mount -t tmpfs t /mnt && mkdir /mnt/upper /mnt/work &&
    mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work /etc && mkdir -p -m 755 /etc/karapace &&
    printf '[policy]\\nmounts = ["/srv"]\\n' >/etc/karapace/policy.toml && chmod 644 /etc/karapace/policy.toml && exec "$@"`;
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const prefix = [...sudo, 'unshare', '--mount', 'sh', '-euc', machine, 'sh', ...user.prefix];
  const refused = await karapace(['build'], { store: `${user.home}/store`, prefix, cwd: directory });

  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(`\`${directory}\` is in no directory of \`policy.mounts\``);
  expect(refused.stderr).toContain('--> /etc/karapace/policy.toml:2:1');
}, 60_000);
