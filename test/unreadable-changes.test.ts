import path from 'node:path';

import { expect, test } from 'vitest';

import { makeBusyboxProject } from './support/busybox-project.ts';
import { makeUser, runAsRoot } from './support/debian.ts';
import { karapace, karapaceJson, openWorkplace } from './support/karapace.ts';

test.for([
  { title: 'with a range of ids', range: true },
  { title: 'with one id', range: false },
])(
  'what cannot be read in an environment of a user $title is no part of a snapshot in silence',
  { timeout: 120_000 },
  async ({ range }) => {
    await using place = await openWorkplace();
    using user = makeUser({ range });
    const manifest = await makeBusyboxProject(place, { name: 'project' });
    const project = `${user.home}/project`;
    runAsRoot('cp', '-r', path.dirname(manifest), project);
    runAsRoot('chown', '-R', user.name, project);
    const options = { store: `${user.home}/store`, prefix: user.prefix, cwd: project };
    const { env_id } = await karapaceJson(['build', '--name', 'mine'], options);
    const upper = `${options.store}/environments/${env_id}/gen-1/upper`;
    runAsRoot('install', '-d', '-m', '0700', `${upper}/closed`);
    runAsRoot('install', '-m', '0000', '/dev/null', `${upper}/secret`);
    runAsRoot('sh', '-c', `echo secret > ${upper}/secret`);

    const results = [await karapace(['commit', 'mine'], options), await karapace(['diff', 'mine'], options)];

    for (const { code, stderr } of results) {
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error\[\w+\]: `\/(?:closed|secret)` .*\(permission denied\)$/mu);
      expect(stderr).toContain('fix: ');
    }
    expect(await karapaceJson(['snapshots', 'mine'], options)).toMatchObject({ snapshots: [] });
    runAsRoot('rm', '-r', `${upper}/closed`, `${upper}/secret`);
    expect(await karapace(['commit', 'mine'], options)).toMatchObject({ code: 0 });
  },
);
