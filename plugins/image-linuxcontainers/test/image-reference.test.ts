import { describe, expect, test } from 'vitest';

import { isOurs, isPinned, parseReference } from '../src/image-reference.ts';

const TREE = 'ab'.repeat(32);

describe('an image of a server', () => {
  test.for([
    ['rolling', 'opensuse', 'tumbleweed'],
    ['opensuse', 'opensuse', 'tumbleweed'],
    ['opensuse/tumbleweed', 'opensuse', 'tumbleweed'],
    ['opensuse/leap', 'opensuse', undefined],
    ['opensuse/15.6', 'opensuse', '15.6'],
    ['fedora', 'fedora', '42'],
    ['fedora/40', 'fedora', '40'],
    ['fedora/41', 'fedora', '41'],
    ['arch', 'archlinux', 'current'],
    [`arch@${TREE}`, 'archlinux', 'current'],
    [`fedora/42@${TREE}`, 'fedora', '42'],
    ['lxc:ubuntu', 'ubuntu', 'noble'],
    ['lxc:ubuntu/24.04', 'ubuntu', 'noble'],
    ['lxc:ubuntu/22.04', 'ubuntu', 'jammy'],
    ['lxc:ubuntu/20.04', 'ubuntu', 'focal'],
    ['lxc:ubuntu/24.10', 'ubuntu', 'oracular'],
    ['lxc:ubuntu/jammy', 'ubuntu', 'jammy'],
    ['lxc:debian', 'debian', 'trixie'],
    ['lxc:debian/bookworm', 'debian', 'bookworm'],
    ['lxc:debian/sid', 'debian', 'sid'],
    ['lxc:alpine/3.20', 'alpine', '3.20'],
  ] as const)('`%s` is %s, %s', ([reference, distribution, release]) => {
    expect(isOurs(reference)).toBe(true);
    expect(parseReference(reference)).toEqual({ distribution, release });
  });

  test.for(['debian', 'debian/trixie', 'ubuntu/24.04', 'archlinux', './fedora.tar', 'docker://fedora', 'rollings'])(
    '`%s` is for others',
    (reference) => {
      expect(isOurs(reference)).toBe(false);
    },
  );

  test.for([
    'fedora/../debian',
    'fedora/',
    'fedora/a/b',
    'fedora/%2e%2e',
    'lxc:../x',
    'lxc:alpine',
    'lxc:constructor',
    'lxc:',
    'rolling/42',
    'fedora/42@ab',
    'fedora/42?x=y',
    'fedora/42#x',
    'lxc:Fedora/42',
  ])('`%s` is none, and no address is made of it', (reference) => {
    expect(() => parseReference(reference)).toThrow(expect.objectContaining({ code: 'IMAGE_UNKNOWN' }));
  });

  test('is pinned by the digest of its tree', () => {
    expect([isPinned('fedora/42'), isPinned(`fedora/42@${TREE}`)]).toEqual([false, true]);
  });
});
