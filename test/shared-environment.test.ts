import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeBusyboxProject } from './support/busybox-project.ts';
import { runAsRoot } from './support/debian.ts';
import { karapace, karapaceJson, openWorkplace, startKarapace, type Workplace } from './support/karapace.ts';
import { makeLauncher } from './support/launcher-box.ts';
import { aLineOf, start } from './support/start-program.ts';

const MOUNTS = '[mounts]\nproject = ".:/workspace"\n';

interface Shared {
  readonly place: Workplace;
  /** The directories of two projects with the same manifest; each has a file that is called like it. */
  readonly ours: string;
  readonly theirs: string;
}

let shared: Shared;
beforeAll(async () => {
  const place = await openWorkplace();
  const ours = path.dirname(await makeBusyboxProject(place, { name: 'ours', manifest: MOUNTS }));
  const theirs = path.join(place.directory, 'theirs');
  cpSync(ours, theirs, { recursive: true });
  for (const project of [ours, theirs]) {
    writeFileSync(path.join(project, `keep-${path.basename(project)}`), '');
    await karapaceJson(['build', '--name', path.basename(project)], { ...place, cwd: project });
  }
  shared = { place, ours, theirs };
}, 120_000);
afterAll(async () => {
  await karapace(['stop', 'ours', '--time', '0'], shared.place);
  runAsRoot('rm', '-rf', shared.place.directory);
});

const HOSTNAME = 'read -r name < /proc/sys/kernel/hostname && echo "$name"';
const LIST = ['--', 'sh', '-c', 'cd /workspace && echo keep-*'];

describe('two projects with the same manifest', () => {
  const exec = (reference: readonly string[], cwd = '/') =>
    karapace(['exec', ...reference, ...LIST], { ...shared.place, cwd });

  test('have one environment, and each name its own directory, whichever was built last', async () => {
    const { place, ours, theirs } = shared;
    const found = await Promise.all(['ours', 'theirs'].map((name) => karapaceJson(['inspect', name], place)));

    expect(found[0]?.env_id).toBe(found[1]?.env_id);
    expect(found).toMatchObject([{ project: ours }, { project: theirs }]);
    expect(await exec(['ours'])).toEqual({ code: 0, signal: null, stdout: 'keep-ours\n', stderr: '' });
    expect(await exec(['theirs'])).toMatchObject({ code: 0, stdout: 'keep-theirs\n' });
    expect((await karapace(['inspect', 'ours', '--plan'], place)).stdout).toContain(ours);
  });

  test('mean their own directory where no environment is named, and say with whom they share it', async () => {
    const { ours, theirs, place } = shared;

    for (const [own, other] of [[ours, theirs] as const, [theirs, ours] as const]) {
      expect(await exec([], own)).toMatchObject({ code: 0, stdout: `keep-${path.basename(own)}\n` });
      const hostname = await karapace(['exec', '--', 'sh', '-c', HOSTNAME], { ...place, cwd: own });
      expect(hostname.stdout).toBe(`${path.basename(own)}\n`);
      expect((await karapace(['inspect', '--plan'], { ...place, cwd: own })).stdout).toContain(own);
      const { stdout, stderr } = await karapace(['build'], { ...place, cwd: own });
      expect(stdout).toContain(`karapace enter ${path.basename(own)} `);
      expect(stderr).toBe(`warning: the same environment as ${other}: what is changed inside is shared\n`);
    }
  });

  test('have to be told apart by a name where the id is given', async () => {
    const { place, ours, theirs } = shared;
    const { short_id } = await karapaceJson(['inspect', 'ours'], place);

    for (const args of [
      ['exec', short_id, ...LIST],
      ['inspect', short_id, '--plan'],
      ['inspect', short_id, '--launcher'],
    ]) {
      const { code, stdout, stderr } = await karapace(args, place);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr.replaceAll(/\s+/gu, ' ')).toContain('error[ENVIRONMENT_AMBIGUOUS]');
      for (const said of [ours, '(`ours`)', theirs, '(`theirs`)']) expect(stderr).toContain(said);
    }
  });

  test('cannot be in it at the same time, since one of them would have the other one’s directory', async () => {
    const { place, ours, theirs } = shared;
    const file = await makeLauncher('ours', place);
    const held = startKarapace(['exec', 'theirs', '--', 'sh', '-c', 'echo in; read -r line'], place);
    await new Promise((resolve) => held.stdout?.once('data', resolve));

    const refused = await exec(['ours']);
    const launched = await start([file, ...LIST], { input: '' }).ended;
    expect(await exec(['theirs'])).toMatchObject({ code: 0, stdout: 'keep-theirs\n' });
    held.stdin?.end();
    await new Promise((resolve) => held.once('close', resolve));

    for (const { code, stdout, stderr } of [refused, launched]) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('error[ENVIRONMENT_BUSY]');
      expect(stderr).toContain(theirs);
      expect(stderr).toContain('karapace stop');
    }
    expect(refused.stderr).toContain(ours);
    expect(await start([file, ...LIST], { input: '' }).ended).toMatchObject({ code: 0, stdout: 'keep-ours\n' });
    const first = start([file, 'sh', '-c', 'echo in; read -r line'], {});
    await aLineOf(first);
    expect(await exec(['theirs'])).toMatchObject({ code: 1, stdout: '' });
    expect(await exec(['ours'])).toMatchObject({ code: 0, stdout: 'keep-ours\n' });
    first.child.stdin?.end();
    await first.ended;
  }, 60_000);

  test('keep their names: a new one is for its directory, and neither rename nor rebuild moves the others', async () => {
    const { place, ours, theirs } = shared;
    await karapaceJson(['rename', 'ours', 'renamed'], place);
    expect(await exec(['renamed'])).toMatchObject({ code: 0, stdout: 'keep-ours\n' });
    await karapaceJson(['rename', 'renamed', 'ours'], place);
    const { env_id } = await karapaceJson(['inspect', 'ours'], place);
    const manifest = path.join(theirs, 'karapace.toml');
    writeFileSync(manifest, `${readFileSync(manifest, 'utf8')}[env]\nTHEIRS = "1"\n`);

    const rebuilt = await karapaceJson(['rebuild'], { ...place, cwd: theirs });

    expect(rebuilt.env_id).not.toBe(env_id);
    expect((await karapaceJson(['inspect', 'theirs'], place)).env_id).toBe(rebuilt.env_id);
    expect(await karapaceJson(['inspect', 'ours'], place)).toMatchObject({ env_id, project: ours });
    expect(await exec(['ours'])).toMatchObject({ code: 0, stdout: 'keep-ours\n' });
  }, 60_000);
});
