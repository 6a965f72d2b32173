import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { makeBusyboxProject } from './support/busybox-project.ts';
import { runAsRoot } from './support/debian.ts';
import { karapace, karapaceJson, openWorkplace } from './support/karapace.ts';
import { makeLauncher } from './support/launcher-box.ts';
import { aLineOf, start } from './support/start-program.ts';

const MOUNTS = '[mounts]\nsource = ".:/work/deep"\nbeside = "./data:/work/data"\nfile = "./note:/srv/note"\n';
const READ = ['cat', '/work/deep/note', '/work/data/in', '/srv/note'];

test('sessions of an environment with mounts change nothing in it, however they are started', async () => {
  const place = await openWorkplace();
  onTestFinished(() => void runAsRoot('rm', '-rf', place.directory));
  const manifest = await makeBusyboxProject(place, {
    name: 'project',
    manifest: MOUNTS,
    pack: 'tar --owner=0 --group=0 -cJ .',
  });
  const project = path.dirname(manifest);
  mkdirSync(path.join(project, 'data'));
  for (const file of ['note', 'data/in']) writeFileSync(path.join(project, file), 'x');
  const { env_id, short_id } = await karapaceJson(['build', manifest], place);
  const launcher = await makeLauncher(short_id, place);

  const first = start([launcher, 'sh', '-c', 'echo in; read -r line']);
  await aLineOf(first);
  const joined = await karapace(['exec', short_id, '--', ...READ], place);
  first.child.stdin?.end('go\n');
  await first.ended;
  const alone = await karapace(['exec', short_id, '--', ...READ], place);

  expect([joined, alone]).toMatchObject([{ stdout: 'xxx' }, { stdout: 'xxx' }]);
  expect(await karapaceJson(['diff', short_id], place)).toMatchObject({ changes: [] });
  expect(readFileSync(path.join(project, 'note'), 'utf8')).toBe('x');

  rmSync(path.join(project, 'karapace.lock'));
  expect(await karapaceJson(['gc', '--dry-run'], place)).toMatchObject({ environments: [{ env_id }] });
}, 60_000);
