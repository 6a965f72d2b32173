import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runAsRoot } from './support/debian.ts';
import {
  karapace,
  karapaceJson,
  openWorkplace,
  startKarapace,
  type PrintedRecord,
  type Workplace,
} from './support/karapace.ts';

const BASE = 'manifest_version = 1\n[base]\nimage = "debian/bookworm"\n';
const PACKAGES = '[system]\npackages = ["jq"]\n';
const FILES = '[[files]]\nsource = "etc"\ntarget = "/etc/project"\n';
const run = (name: string, command: string, more = ''): string =>
  `[[run]]\nname = "${name}"\ncommand = "${command}"\n${more}\n`;
const WHOLE = [
  `${BASE}${PACKAGES}[env]\nGREETING = "hello"\nLD_PRELOAD = "/no/such/library.so"\n${FILES}`,
  run('json', 'sleep 1; jq -n 1 > /opt/json; printenv GREETING > /opt/greeting'),
  run('user', 'sleep 1; useradd --create-home dev; chown dev /home/dev; test ! -e /opt/json'),
  run('late', 'id -u dev > /opt/late; test ! -e /opt/json; test ! -e /sys/class/net/eth0', 'after = ["user"]'),
].join('');

let place: Workplace;
let first: PrintedRecord;
/** What the first build said, line by line. */
let told: readonly string[];

async function build(text: string, ...flags: readonly string[]): Promise<PrintedRecord> {
  return karapaceJson(['build', await place.manifest(text), ...flags], place);
}

const built = ({ layers }: PrintedRecord): readonly string[] =>
  layers.filter(({ reused }) => !reused).map(({ name }) => name);

beforeAll(async () => {
  place = await openWorkplace();
  await mkdir(path.join(place.directory, 'project/etc'), { recursive: true });
  await writeFile(path.join(place.directory, 'project/etc/motd'), 'hello\n');
  const { code, stdout, stderr } = await karapace(
    ['--json', 'build', await place.manifest(WHOLE), '--name', 'dev'],
    place,
  );
  if (code !== 0) throw new Error(stderr);
  first = JSON.parse(stdout) as PrintedRecord;
  told = stderr.split('\n');
}, 600_000);

afterAll(() => {
  runAsRoot('rm', '-rf', place.directory);
});

describe('base, packages, files and runs', () => {
  test('are one environment', async () => {
    const script = 'cat /opt/json /opt/greeting /etc/project/motd /opt/late; stat -c %U /home/dev';
    const { stdout } = await karapace(['exec', 'dev', '--', 'sh', '-c', script], place);

    expect(first.layers.map(({ name }) => name)).toEqual([
      ...['base', 'packages', 'files', 'run-json', 'run-user', 'run-late'],
    ]);
    expect(stdout).toBe('1\nhello\nhello\n1000\ndev\n');
  });

  test('are built beside each other where they do not need each other', () => {
    const at = (text: string): number => told.findIndex((line) => line.startsWith(text));
    const begun = [at('Building layer run-json'), at('Building layer run-user')];
    const ended = [at('Built layer run-json'), at('Built layer run-user')];

    expect(Math.min(...begun)).toBeGreaterThan(at('Built layer files'));
    expect(Math.max(...begun)).toBeLessThan(Math.min(...ended));
    expect(at('Building layer run-late')).toBeGreaterThan(at('Built layer run-user'));
  });

  test('a change of one run builds that one and what comes after it', async () => {
    expect(built(await build(WHOLE.replace('jq -n 1', 'jq -n 2')))).toEqual(['run-json']);
    expect(built(await build(WHOLE.replace('useradd', 'useradd --shell /bin/bash')))).toEqual(['run-user', 'run-late']);
  });

  test('a run that comes out with the same bytes builds nothing above it', async () => {
    // The shell is the one that it would have got anyway.
    expect(built(await build(WHOLE.replace('useradd', 'useradd --shell /bin/sh')))).toEqual(['run-user']);
  });

  test('a comment or a mount builds nothing', async () => {
    expect(built(await build(`${WHOLE}[mounts]\nx = ".:/x"\n`))).toEqual([]);
    expect(built(await build(WHOLE))).toEqual([]);
    expect(await build(`# a comment\n${WHOLE}`)).toMatchObject({ status: 'unchanged', env_id: first.env_id });
  });

  test('come out the same a second time, without any network interface, and what differs is shown path by path', async () => {
    const prefix =
      process.getuid?.() === 0
        ? ['unshare', '--net']
        : ['sudo', '-n', '-E', 'unshare', '--net', 'runuser', '-u', process.env['USER'] ?? '', '--'];
    const text = `${WHOLE}${run('random', 'head -c 8 /dev/urandom > /opt/random; echo same > /opt/same')}`;
    const args = ['build', await place.manifest(text), '--no-locked', '--offline', '--check'];

    const { code, stderr } = await karapace(args, { ...place, prefix });

    expect(code).toBe(1);
    expect(stderr).toMatch(/BUILD_DIFFERS\]: .* in layer `run-random`\n[^]*\/opt\/random/u);
    expect(stderr).not.toMatch(/\/opt\/(?:same|json)/u);
  }, 600_000);
});

test('two builds of a project that are stopped while files are copied in end, and leave nothing', async () => {
  const many = path.join(place.directory, 'stopped/many');
  await mkdir(many, { recursive: true });
  for (let index = 0; index < 10_000; index += 1) await writeFile(path.join(many, `${index}`), `${index}`);
  const manifest = await place.manifest(`${BASE}[[files]]\nsource = "many"\ntarget = "/opt/many"\n`, 'stopped');

  for (let round = 0; round < 2; round += 1) {
    const children = [1, 2].map(() => startKarapace(['build', manifest], place));
    const stopAll = (): void => children.forEach((child) => child.kill('SIGINT'));
    for (const child of children) {
      child.stderr?.on('data', (chunk: Buffer) => {
        if (chunk.includes('Building layer files')) setTimeout(stopAll, round * 150);
      });
    }
    const ended = await Promise.all(children.map((child) => once(child, 'close')));

    expect(ended).toEqual([
      [130, null],
      [130, null],
    ]);
    expect(await readdir(path.join(place.store, 'tmp'))).toEqual([]);
  }
}, 120_000);

test('ten manifests that share base and packages build each of those once', async () => {
  const store = path.join(place.directory, 'other store');
  const names = Array.from({ length: 10 }, (_, index) => `many${index}`);
  for (const [index, name] of names.entries())
    await place.manifest(`${BASE}${PACKAGES}${run('own', `echo ${index} > /opt/own`)}`, name);
  const paths = names.map((name) => path.join(place.directory, name));

  const { code, stderr } = await karapace(['build', ...paths], { store });

  const count = (layer: string): number => stderr.split(`Built layer ${layer}:`).length - 1;
  expect(code).toBe(0);
  expect([count('base'), count('packages'), count('run-own')]).toEqual([1, 1, 10]);
}, 600_000);
