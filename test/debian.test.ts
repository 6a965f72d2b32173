import { createHash, randomBytes } from 'node:crypto';
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeUser, runAsRoot } from './support/debian.ts';
import {
  karapace,
  karapaceJson,
  listJson,
  openWorkplace,
  startKarapace,
  type PrintedRecord,
  type Workplace,
} from './support/karapace.ts';

const NAMES = ['minimal', 'dev', 'node'] as const;

let place: Workplace;
/** The three examples, built into one store. */
const built: Record<'minimal' | 'dev' | 'node', PrintedRecord> = {} as never;

beforeAll(async () => {
  place = await openWorkplace();
  for (const name of NAMES) {
    built[name] = await karapaceJson(['build', await place.example(name), '--name', name], place);
  }
}, 600_000);

afterAll(async () => {
  for (const name of NAMES) await karapace(['destroy', name, '--yes'], place);
  runAsRoot('rm', '-rf', place.directory);
});

const exec = (...command: readonly string[]) => karapace(['exec', 'dev', '--', ...command], place);

describe('the examples', () => {
  test('minimal has a shell', async () => {
    expect(await karapace(['exec', 'minimal', '--', 'sh', '-c', 'echo $0'], place)).toMatchObject({
      code: 0,
      stdout: 'sh\n',
    });
  });

  test('dev compiles and runs a program', async () => {
    const { code, stdout } = await exec(
      'sh',
      '-c',
      'printf "int main(){return 42;}" > /tmp/a.c && cc /tmp/a.c -o /tmp/a && /tmp/a; echo $?; git --version; curl --version | head -1',
    );

    expect(code).toBe(0);
    expect(stdout).toMatch(/^42\ngit version .*\ncurl /u);
  });

  test('the tests of node pass inside', async () => {
    const { code, stdout } = await karapace(
      ['exec', 'node', '--', 'sh', '-c', 'cd /workspace && tsc && node --test build/test/'],
      place,
    );

    expect(stdout).toMatch(/pass [1-9]/u);
    expect(code).toBe(0);
  });

  test('a base that two environments share is built once', () => {
    const base = (name: 'minimal' | 'dev') => built[name].layers.find((layer) => layer.name === 'base');

    expect(base('minimal')?.reused).toBe(false);
    expect(base('dev')).toMatchObject({ tree: base('minimal')?.tree, reused: true });
  });

  test('what the package tool printed is kept', async () => {
    const { stdout, code } = await karapace(['logs', 'dev', '--layer', 'packages'], place);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Setting up git /mu);
  });

  test('a second build says that nothing changed and does no work', async () => {
    const { stdout } = await karapace(['build', path.join(place.directory, 'dev'), '--name', 'dev'], place);

    expect(stdout).toContain('Nothing changed');
  });
});

describe('what an environment sees', () => {
  test('its own devices, processes, home and /tmp', async () => {
    const { stdout } = await exec(
      'sh',
      '-c',
      'ls /dev | tr "\\n" " "; ls /tmp; ls -A /root; echo $HOME; ls -d /proc/[0-9]* | wc -l',
    );

    const [devices = '', ...rest] = stdout.trim().split('\n');
    expect(devices.trim().split(' ')).toEqual(
      expect.arrayContaining(['full', 'null', 'ptmx', 'pts', 'random', 'shm', 'tty', 'urandom', 'zero']),
    );
    expect(devices).not.toMatch(/vda|kvm|mem|fuse|net/u);
    expect(rest.at(-2)).toBe('/root');
    expect(Number(rest.at(-1))).toBeLessThan(8);
  });

  test('none of the variables, sockets and files of the host', async () => {
    const env = { CANARY_TOKEN: 'secret', NODE_OPTIONS: '--no-deprecation', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x' };
    const { stdout } = await karapace(['exec', 'dev', '--', 'env'], { ...place, env });

    expect(stdout).not.toMatch(/CANARY|NODE_OPTIONS|DBUS/u);
    expect((await exec('test', '-e', place.directory)).code).toBe(1);
    expect((await exec('sh', '-c', 'ls /home /run')).stdout).not.toMatch(/kara|user|dbus/u);
  });

  test('the owners that the packages gave', async () => {
    expect((await exec('stat', '-c', '%U:%G %a', '/etc/shadow')).stdout).toBe('root:shadow 640\n');
  });

  test('no privilege that is not documented', async () => {
    const { stdout } = await exec('grep', '-E', 'NoNewPrivs|Seccomp:', '/proc/self/status');

    expect(stdout).toMatch(/NoNewPrivs:\s1\nSeccomp:\s2/u);
  });
});

describe('exec', () => {
  test('passes 100 MB of binary input through unchanged', async () => {
    const bytes = randomBytes(100_000_000);
    const child = startKarapace(['exec', 'dev', '--', 'cat'], place);
    const hash = createHash('sha256');
    child.stdout?.on('data', (chunk: Buffer) => hash.update(chunk));
    child.stdin?.end(bytes);

    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('gives codes and deaths by signal exactly', async () => {
    for (const code of [0, 1, 2, 42, 125, 126, 127, 128, 200, 255])
      expect((await exec('sh', '-c', `exit ${code}`)).code).toBe(code);
    for (const [signal, code] of [
      ['TERM', 143],
      ['KILL', 137],
      ['SEGV', 139],
      ['INT', 130],
    ] as const) {
      expect((await exec('sh', '-c', `kill -${signal} $$`)).code).toBe(code);
    }
  });

  test('says 127 for a command that is not there', async () => {
    expect(await exec('no-such-command')).toMatchObject({
      code: 127,
      stderr: expect.stringContaining('no-such-command'),
    });
  });

  test.for(['SIGINT', 'SIGTERM'] as const)('passes %s to the command once', async (signal) => {
    const script = `trap 'echo got; exit 3' ${signal.slice(3)}; echo ready; while :; do sleep 0.1; done`;
    const child = startKarapace(['exec', 'dev', '--', 'sh', '-c', script], place);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output === 'ready\n') child.kill(signal);
    });

    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(3);
    expect(output).toBe('ready\ngot\n');
  });

  test('keeps what was written', async () => {
    await exec('sh', '-c', 'echo kept > /root/note');

    expect((await exec('cat', '/root/note')).stdout).toBe('kept\n');
  });
});

describe('determinism', () => {
  test('a locked build gives the same layers to another user with other settings', async () => {
    using user = makeUser({ range: true });
    const copy = await copyFor(user.name, 'dev');
    const options = {
      store: `${user.home}/a store`,
      cwd: '/',
      prefix: [
        'sh',
        '-c',
        'umask 077; exec "$@"',
        'sh',
        ...user.prefix,
        'TZ=Asia/Tokyo',
        'LANG=de_DE.UTF-8',
        'LC_ALL=tr_TR.UTF-8',
      ],
    };
    try {
      const again = await karapaceJson(['build', copy, '--locked', '--name', 'dev'], options);

      expect(again.env_id).toBe(built.dev.env_id);
      expect(trees(again)).toEqual(trees(built.dev));
      const shadow = await karapace(['exec', 'dev', '--', 'stat', '-c', '%U:%G', '/etc/shadow'], options);
      expect(shadow.stdout).toBe('root:shadow\n');
    } finally {
      runAsRoot('rm', '-rf', path.dirname(copy));
    }
  });

  test('a user without an id range builds and runs an environment of their own', async () => {
    using user = makeUser({ range: false });
    const copy = await copyFor(user.name, 'minimal', { withLock: false });
    const options = { store: `${user.home}/store`, cwd: '/', prefix: user.prefix };
    try {
      await karapaceJson(['build', copy, '--name', 'mine'], options);

      const { stdout } = await karapace(['exec', 'mine', '--', 'stat', '-c', '%U:%G', '/etc/shadow'], options);
      expect(stdout).toBe('root:root\n');
      expect(await karapaceJson(['inspect', 'mine'], options)).toMatchObject({ ids: 'single' });
    } finally {
      runAsRoot('rm', '-rf', path.dirname(copy));
    }
  });

  test('building everything again, without any network interface, gives the same bytes', async () => {
    const prefix =
      process.getuid?.() === 0
        ? ['unshare', '--net']
        : ['sudo', '-n', '-E', 'unshare', '--net', 'runuser', '-u', process.env['USER'] ?? '', '--'];
    const again = await karapaceJson(['build', path.join(place.directory, 'dev'), '--locked', '--offline', '--check'], {
      ...place,
      prefix,
    });

    expect(again.env_id).toBe(built.dev.env_id);
    expect(trees(again)).toEqual(trees(built.dev));
  });
});

test('a build killed at any moment leaves what was reported built', async () => {
  const rounds = Number(process.env['KARAPACE_KILLS'] ?? 4);
  const manifest = await place.manifest(
    'manifest_version = 1\n[base]\nimage = "debian/bookworm"\n[system]\npackages = ["jq"]\n',
    'killed',
  );
  for (let round = 0; round < rounds; round += 1) {
    const child = startKarapace(['build', manifest, '--name', 'killed'], place);
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const timer = setTimeout(() => child.kill('SIGKILL'), 200 + Math.random() * 14_000);
    const code = await ended;
    clearTimeout(timer);

    const names = (await listJson(place)).map(({ name }) => name).toSorted();
    expect(names).toEqual(code === 0 ? ['dev', 'killed', 'minimal', 'node'] : ['dev', 'minimal', 'node']);
    expect((await exec('git', '--version')).code).toBe(0);
    if (code === 0) await karapaceJson(['destroy', 'killed', '--yes'], place);
  }
  await karapaceJson(['build', manifest, '--name', 'killed'], place);
  expect((await karapace(['exec', 'killed', '--', 'jq', '-n', '1'], place)).stdout).toBe('1\n');
  await karapaceJson(['destroy', 'killed', '--yes'], place);
}, 900_000);

function trees({
  layers,
}: {
  layers: readonly { name: string; tree: string }[];
}): readonly (readonly [string, string])[] {
  return layers.map(({ name, tree }) => [name, tree] as const);
}

/** A copy of an example, with its lock, that another user owns. */
async function copyFor(user: string, example: string, { withLock = true } = {}): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'karapace-copy-'));
  const copy = path.join(directory, example);
  await cp(path.join(place.directory, example), copy, { recursive: true });
  if (!withLock) await rm(path.join(copy, 'karapace.lock'));
  await chmod(directory, 0o755);
  runAsRoot('chown', '-R', user, directory);
  return copy;
}
