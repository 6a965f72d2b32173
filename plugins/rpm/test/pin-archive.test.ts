import fc from 'fast-check';
import { expect, test } from 'vitest';

import { pinArchive, type RepositoryArchive } from '../src/pin-archive.ts';

const archive = (changes: Partial<RepositoryArchive> = {}): RepositoryArchive => ({
  ...{ name: 'git', epoch: '0', version: '2.43.0', release: '1.fc40', arch: 'x86_64', repository: 'fedora' },
  ...{ base: 'https://mirror.example.invalid/fedora/', location: 'Packages/g/git.rpm', size: 9 },
  checksum: { type: 'sha256', digest: 'ab'.repeat(32) },
  ...changes,
});

test('an archive is pinned by its address, size and sum; an epoch is part of the version where there is one', () => {
  expect(pinArchive(archive())).toEqual({
    ...{ name: 'git', version: '2.43.0-1.fc40', arch: 'x86_64' },
    ...{ url: 'https://mirror.example.invalid/fedora/Packages/g/git.rpm', size: 9, sha256: 'ab'.repeat(32) },
  });
  expect(pinArchive(archive({ epoch: '2', base: 'https://mirror.example.invalid' }))).toMatchObject({
    version: '2:2.43.0-1.fc40',
    url: 'https://mirror.example.invalid/Packages/g/git.rpm',
  });
});

test.each<readonly [string, Partial<RepositoryArchive>]>([
  ['a location above the repository', { location: '../x.rpm' }],
  ['a location that another spelling leads above the repository', { location: 'a/%2E%2e/../x.rpm' }],
  ['a location above the root of a server', { base: 'https://mirror.example.invalid/', location: '..%2fx/../x.rpm' }],
  ['a location with the other slash', { location: 'a\\..\\x.rpm' }],
  ['an absolute location', { location: '/x.rpm' }],
  ['a location on another host', { location: 'https://other.example.invalid/x.rpm' }],
  ['no location', { location: '' }],
  ['a repository in a file system', { base: 'file:///srv/' }],
  ['a repository without an address', { base: '' }],
  ['no size', { size: Number.NaN }],
  ['a size of nothing', { size: 0 }],
  ['a name that is an option', { name: '--root=' }],
  ['a version that is a path', { version: '../1' }],
  ['an architecture that is a path', { arch: '../x' }],
  ['an epoch that is none', { epoch: '-1' }],
  ['a sum that is too short', { checksum: { type: 'sha256', digest: 'ab' } }],
])('%s is refused, and the repository named', (_, changes) => {
  expect(() => pinArchive(archive(changes))).toThrow(
    expect.objectContaining({ code: 'MIRROR_FAILED', message: expect.stringContaining('`fedora`') }),
  );
});

test.each(['md5', 'sha', 'sha512'])('a checksum of the type %s alone is refused with the way out', (type) => {
  expect(() => pinArchive(archive({ checksum: { type, digest: 'ab'.repeat(32) } }))).toThrow(
    expect.objectContaining({ code: 'MIRROR_FAILED', hint: expect.stringContaining('--checksum sha256') }),
  );
});

test('whatever the location is, an address that is pinned is below the repository', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...Array.from('ab:./%2eE\\?#@')) })),
      (location) => {
        let url;
        try {
          ({ url } = pinArchive(archive({ location })));
        } catch {
          return;
        }
        expect(url.startsWith('https://mirror.example.invalid/fedora/')).toBe(true);
      },
    ),
  );
});
