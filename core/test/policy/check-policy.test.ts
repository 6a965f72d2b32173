import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { admitSandbox, checkPolicy } from '../../src/admission/check-policy.ts';
import type { NormalizedManifest } from '../../src/contracts/manifest.ts';
import type { SandboxSpec } from '../../src/contracts/sandbox.ts';
import type { Environment } from '../../src/contracts/environment-store.ts';
import { NO_LIMITS } from '../../src/manifest/limit-names.ts';
import { parseManifestToml } from '../../src/manifest/parse-manifest.ts';
import { normalizeManifest } from '../../src/manifest/normalize-manifest.ts';

const HEAD = 'manifest_version = 1\n[base]\nimage = "x"\n';
let top: string;
let project: string;
let user: string;

beforeEach(async () => {
  top = await realpath(await mkdtemp(path.join(tmpdir(), 'karapace-test-')));
  project = path.join(top, 'project');
  user = path.join(top, 'policy.toml');
  for (const name of ['project/data', 'projects', 'cache/deep']) await mkdir(path.join(top, name), { recursive: true });
});
afterEach(() => rm(top, { recursive: true }));

const reader = () => ({
  places: { system: path.join(top, 'none.toml'), user, home: top },
  memos: { find: async () => undefined },
});
const manifest = async (text: string) => normalizeManifest(await parseManifestToml(HEAD + text, 'karapace.toml'));

async function check(text: string, directory = project): Promise<void> {
  const file = path.join(directory, 'karapace.toml');
  if (directory === project) await writeFile(file, HEAD + text);
  await checkPolicy({ intent: await manifest(text), file, project: directory }, reader());
}

const mounting = (...hosts: readonly string[]) =>
  `[mounts]\n${hosts.map((host, index) => `m${index} = "${host}:/m${index}"\n`).join('')}`;

describe('without any policy', () => {
  test('the project is mounted, and whatever is in it, made or not', async () => {
    await expect(check(mounting('.', './data', './not/made/yet', project))).resolves.toBeUndefined();
  });

  test.for(['..', '../projects', '~/cache', '/etc'])('%s is refused with the line that allows it', async (host) => {
    const real = path.resolve(project, host.replace('~', top));

    await expect(check(mounting('.', host))).rejects.toMatchObject({
      code: 'POLICY_DENIED',
      message: `The mount \`m1\` is not allowed: \`${real}\` is outside of the project, and no \`policy.mounts\` allows it`,
      hint: `Write \`mounts = [".", "${real}"]\` in \`[policy]\` of \`${user}\`.`,
      place: { file: user },
    });
  });

  test('a directory that is not there has to be made before it can be allowed', async () => {
    const real = path.join(top, 'absent');

    await expect(check(mounting('~/absent'))).rejects.toMatchObject({
      code: 'POLICY_DENIED',
      hint: `Make \`${real}\` first: a directory that is not there allows nothing. Write \`mounts = [".", "${real}"]\` in \`[policy]\` of \`${user}\`.`,
    });
  });

  test('a link out of the project is refused, by where it leads', async () => {
    await symlink('../cache', path.join(project, 'link'));

    await expect(check(mounting('./link/deep'))).rejects.toMatchObject({
      message: expect.stringContaining(`${top}/cache/deep`) as string,
    });
  });

  test('a manifest cannot allow itself anything', async () => {
    await expect(check(`${mounting('~/cache')}[policy]\nmounts = ["/"]\n`)).rejects.toMatchObject({
      code: 'POLICY_DENIED',
    });
  });

  test('a project in the root of the file system opens nothing', async () => {
    await expect(check(mounting('/etc'), '/')).rejects.toMatchObject({ code: 'POLICY_DENIED' });
  });
});

describe('a policy of the user', () => {
  test('allows what is in its directories, through links of its own', async () => {
    await symlink('cache', path.join(top, 'alias'));
    await writeFile(user, '[policy]\nmounts = [".", "~/alias"]\n');

    await expect(check(mounting('.', '~/cache', '~/alias/deep'))).resolves.toBeUndefined();
  });

  test('refuses with its file and line', async () => {
    await writeFile(user, '# mine\n[policy]\nmounts = ["~/cache"]\n');

    await expect(check(mounting('.'))).rejects.toMatchObject({ place: { file: user, line: 3, column: 1 } });
  });

  test('that is not there by that name allows nothing', async () => {
    await writeFile(user, '[policy]\nmounts = ["~/gone"]\n');

    await expect(check(mounting('~/gone/x'))).rejects.toMatchObject({ code: 'POLICY_DENIED' });
  });

  test.for([
    ['[policy]\nmount = []\n', 2],
    ['[policy]\nmounts = ["relative"]\n', 2],
    ['[policy]\nvariables = ["a b"]\n', 2],
    ['[other]\n', 1],
    ['[policy\n', 1],
  ] as const)('with a mistake is an error: %j', async ([text, line]) => {
    await writeFile(user, text);

    await expect(check('')).rejects.toMatchObject({ code: 'POLICY_INVALID', place: { file: user, line } });
  });
});

test("a project's own policy narrows, and is named by the line of the manifest", async () => {
  const text = `${mounting('./data')}[policy]\nmounts = ["./other"]\n`;

  await expect(check(text)).rejects.toMatchObject({
    code: 'POLICY_DENIED',
    hint: `Write \`mounts = ["./other", "${project}/data"]\` in \`[policy]\` of the manifest.`,
    place: { file: path.join(project, 'karapace.toml'), line: 7, column: 1 },
  });
});

describe('at an entry', () => {
  const admit = async (text: string) => {
    const intent: NormalizedManifest = await manifest(text);
    const mounts = intent.mounts.map(({ host, container }) => ({
      source: path.resolve(project, host),
      target: container,
      readOnly: false,
    }));
    const spec = { mounts, limits: NO_LIMITS } as unknown as SandboxSpec;
    return admitSandbox(spec, { lock: { intent }, project } as unknown as Environment, reader());
  };

  test('a directory that was replaced by a link since the build is refused', async () => {
    const text = mounting('./data');
    await check(text);
    await rename(path.join(project, 'data'), path.join(project, 'old'));
    await symlink('/etc', path.join(project, 'data'));

    await expect(admit(text)).rejects.toMatchObject({ code: 'POLICY_DENIED' });
  });

  test('what was looked at is what the backend gets: the real path and the inode', async () => {
    await symlink('data', path.join(project, 'link'));
    using admitted = await admit(mounting('./link'));

    expect(admitted.spec.mounts[0]).toMatchObject({ source: path.join(project, 'data') });
    expect(admitted.spec.mounts[0]?.inode).toMatch(/^\d+:\d+$/u);
  });

  test('a source that is not there is an error that names it', async () => {
    await expect(admit(mounting('./gone'))).rejects.toMatchObject({
      code: 'SANDBOX_FAILED',
      message: `The mount needs \`${project}/gone\`, which does not exist`,
    });
  });

  test('a limit that the manifest leaves out is the maximum of the policy', async () => {
    await writeFile(user, '[policy.resource_limits]\npids_limit = 99\n');
    using admitted = await admit('');

    expect(admitted.spec.limits).toEqual({ ...NO_LIMITS, pids_limit: 99 });
  });
});
