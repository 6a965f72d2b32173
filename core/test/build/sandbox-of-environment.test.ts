import { expect, test } from 'vitest';

import { sandboxOfEnvironment } from '../../src/build/sandbox-of-environment.ts';
import { UNKNOWN_PROJECT } from '../../src/store/environment-record.ts';
import type { NormalizedManifest } from '../../src/contracts/manifest.ts';
import type { Environment } from '../../src/contracts/environment-store.ts';
import { NO_LIMITS } from '../../src/manifest/limit-names.ts';

const manifest: NormalizedManifest = {
  manifest_version: 1,
  base: { image: 'debian/trixie' },
  system: { packages: [] },
  gui: { apps: [] },
  hardware: { gpu: false, audio: false },
  mounts: [
    { label: 'cache', host: '~/cache', container: '/cache' },
    { label: 'project', host: '.', container: '/workspace' },
  ],
  env: {},
  files: [],
  run: [],
  policy: null,
  runtime: {
    backend: 'namespace',
    network_isolation: true,
    resource_limits: NO_LIMITS,
  },
};

function sandbox(directory: string, names: readonly string[] = ['my_env'], env: NormalizedManifest['env'] = {}) {
  return sandboxOf({ directory, names, env, project: '/home/me/project' });
}

interface Changing {
  readonly directory: string;
  readonly names: readonly string[];
  readonly env: NormalizedManifest['env'];
  readonly project: string;
}

function sandboxOf({ directory, names, env, project }: Changing) {
  const environment = {
    short_id: 'abcdef012345',
    name: names[0],
    project,
    lock: { intent: { ...manifest, env }, ids: 'full' },
  };
  return sandboxOfEnvironment({
    environment: environment as unknown as Environment,
    lower: ['/store/packages', '/store/base'],
    upper: { kind: 'directory', directory: '/store/upper', work: '/store/work' },
    command: ['true'],
    terminal: false,
    directory,
    home: '/home/me',
    term: 'xterm',
  });
}

test('mounts start at the home and at the project, wherever the caller is', () => {
  expect(sandbox('/').mounts).toEqual([
    { source: '/home/me/cache', target: '/cache', readOnly: false },
    { source: '/home/me/project', target: '/workspace', readOnly: false },
  ]);
});

test('nothing of the host’s root is mounted where a repair lost the project', () => {
  const lost = () => sandboxOf({ directory: '/', names: [], env: {}, project: UNKNOWN_PROJECT });

  expect(lost).toThrow(/cannot be mounted: a repair of the store lost which project it belongs to/u);
});

test('a command starts where the caller is, if that is mounted', () => {
  expect(sandbox('/home/me/project/src').workingDirectory).toBe('/workspace/src');
  expect(sandbox('/home/me/project').workingDirectory).toBe('/workspace');
});

test('elsewhere a command starts in the private home', () => {
  expect(sandbox('/home/me').workingDirectory).toBe('/root');
  expect(sandbox('/home/me/project-two').workingDirectory).toBe('/root');
});

test('the environment is built from nothing', () => {
  expect(Object.keys(sandbox('/').environment).toSorted()).toEqual([
    'HOME',
    'KARAPACE_ENV',
    'LANG',
    'LOGNAME',
    'PATH',
    'SHELL',
    'TERM',
    'USER',
  ]);
});

test('the manifest has its variables there, but not the one that says which environment it is', () => {
  const { environment } = sandbox('/', [], { PATH: '/opt/bin', KARAPACE_ENV: 'x', LD_PRELOAD: '/x.so' });

  expect(environment).toMatchObject({ PATH: '/opt/bin', KARAPACE_ENV: 'abcdef012345', LD_PRELOAD: '/x.so' });
});

test('the host name is the name where it can be one', () => {
  expect(sandbox('/').hostname).toBe('my-env');
  expect(sandbox('/', ['___']).hostname).toBe('abcdef012345');
  expect(sandbox('/', []).hostname).toBe('abcdef012345');
});

test('network isolation takes the network away', () => {
  expect(sandbox('/').network).toBe('none');
});
