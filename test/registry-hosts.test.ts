import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** In parts, because this file is searched too. */
const HOSTS = [
  ['deb', 'debian', 'org'],
  ['ftp', 'debian', 'org'],
  ['security', 'debian', 'org'],
  ['snapshot', 'debian', 'org'],
  ['archive', 'ubuntu', 'com'],
  ['ports', 'ubuntu', 'com'],
  ['security', 'ubuntu', 'com'],
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
].map((parts) => parts.join('.'));

test('no file names the host of a registry or a mirror: each machine has its own', () => {
  const findings = repositoryFiles().flatMap((file) => {
    const text = readFileSync(`${root}/${file}`, 'latin1');
    return HOSTS.filter((host) => text.includes(host)).map((host) => `${file}: ${host}`);
  });

  expect(findings).toEqual([]);
});

test('the search covers the repository', () => {
  expect(repositoryFiles()).toEqual(expect.arrayContaining(['package-lock.json', 'test/registry-hosts.test.ts']));
});

/** Git also lists what was deleted and not committed. */
function isThere(file: string): boolean {
  return file !== '' && existsSync(`${root}/${file}`);
}

function repositoryFiles(): readonly string[] {
  // A clone may belong to somebody else than the user who tests it.
  const git = ['-c', 'safe.directory=*', 'ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  return execFileSync('git', git, { cwd: root, encoding: 'utf8' }).split('\0').filter(isThere);
}
