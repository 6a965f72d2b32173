import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { checkDigest, isPinned, parseReference } from '../src/image-reference.ts';
import { fileUrl, pathOfUrl } from '../src/local-archive.ts';

const TREE = '0123456789abcdef'.repeat(4);

describe('a reference', () => {
  test.for([
    './rootfs.tar',
    '../images/rootfs.tar.gz',
    '/images/rootfs.tar.xz',
    './rootfs.tar.zst',
    './rootfs.tgz',
    './rootfs.txz',
    './rootfs.tzst',
    `./rootfs.tar@${TREE}`,
  ])('`%s` is a path', (reference) => {
    expect(parseReference(reference)).toEqual({ kind: 'file', path: reference.replace(/@.*/u, '') });
  });

  test.for([
    'http://images.example.invalid/rootfs.tar',
    'https://images.example.invalid:8443/a/@scope/rootfs.tar.xz?version=1',
    `https://images.example.invalid/rootfs.tar.gz@${TREE}`,
  ])('`%s` is an address', (reference) => {
    expect(parseReference(reference)).toEqual({ kind: 'url', url: reference.replace(`@${TREE}`, '') });
  });

  test.for([
    'debian/trixie',
    'rootfs.tar',
    './rootfs.zip',
    './rootfs.tar.bz2',
    'https://images.example.invalid/',
    'https://images.example.invalid/?file=rootfs.tar',
    'ftp://images.example.invalid/rootfs.tar',
    'file:///rootfs.tar',
    'https://rootfs.tar',
    'docker://registry/rootfs.tar',
    '',
  ])('`%s` is for others', (reference) => {
    expect(parseReference(reference)).toBeUndefined();
  });

  test.for(['./rootfs.tar@1234', `./rootfs.tar@${TREE}0`, 'https://images.example.invalid/rootfs.tar@'])(
    '`%s` is refused for its digest',
    (reference) => {
      expect(() => checkDigest(reference)).toThrow('is no digest of a tree');
    },
  );

  test.for([`./rootfs.tar@${TREE}`, './a@b.tar', 'https://me@images.example.invalid/rootfs.tar', 'debian/trixie@12'])(
    'of `%s` nothing is wrong with a digest',
    (reference) => {
      expect(() => checkDigest(reference)).not.toThrow();
    },
  );

  test('is pinned by the digest of a tree, in whole', () => {
    expect(isPinned(`./rootfs.tar@${TREE}`)).toBe(true);
    expect(isPinned(`./rootfs.tar@${TREE.slice(1)}`)).toBe(false);
    expect(isPinned('https://user@images.example.invalid/rootfs.tar')).toBe(false);
  });
});

describe('the address of a local file', () => {
  test('says a path in the one form that locks have, and means the same file again', () => {
    expect(fileUrl('./a b/%.tar')).toBe('file:./a%20b/%25.tar');
    expect(fileUrl('../ä.tar')).toBe('file:../%C3%A4.tar');
    expect(fileUrl('/a/../b.tar')).toBe('file:///b.tar');
    fc.assert(
      fc.property(fc.constantFrom('./', '../', '/'), fc.string({ minLength: 1, unit: 'grapheme' }), (start, name) => {
        fc.pre(!name.includes('/') && name !== '.' && name !== '..');
        expect(pathOfUrl(fileUrl(start + name), '/project/here')).toBe(
          { './': '/project/here/', '../': '/project/', '/': '/' }[start] + name,
        );
      }),
    );
  });

  test('that cannot be a path is an error of the lock', () => {
    expect(() => pathOfUrl('file:./%ff', '/')).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
  });
});
