import fc from 'fast-check';
import { expect, test } from 'vitest';

import { isOurs, isPinned, parseReference } from '../src/image-reference.ts';

const HEX = 'ab'.repeat(32);
const DIGEST = `sha256:${HEX}`;

test.each([
  ['docker://registry.example.com/tools/compiler:1.2', 'registry.example.com', 'tools/compiler', '1.2', undefined],
  ['docker://localhost/x', 'localhost', 'x', undefined, undefined],
  ['docker://127.0.0.1:5000/x__y/a.b-c:T_1', '127.0.0.1:5000', 'x__y/a.b-c', 'T_1', undefined],
  ['docker://[::1]:5000/x', '[::1]:5000', 'x', undefined, undefined],
  ['docker://Registry.Example.com/x', 'registry.example.com', 'x', undefined, undefined],
  [`docker://r.example/x@${DIGEST}`, 'r.example', 'x', undefined, DIGEST],
  [`docker://r.example/x:1@${DIGEST}`, 'r.example', 'x', '1', DIGEST],
  [`docker://r.example/x:1@${HEX}`, 'r.example', 'x', '1', undefined],
  [`docker://r.example/x@${DIGEST}@${HEX}`, 'r.example', 'x', undefined, DIGEST],
])('`%s` is an image in the registry %s', (reference, host, ...rest) => {
  const [repository, tag, digest] = rest;
  expect(parseReference(reference)).toMatchObject({ kind: 'registry', registry: { host }, repository, tag, digest });
});

test.each([
  ['oci:./image', './image', undefined, undefined],
  ['oci:../images/base:1.2', '../images/base', '1.2', undefined],
  ['oci:/srv/image:1', '/srv/image', '1', undefined],
  [`oci:image@${DIGEST}`, 'image', undefined, DIGEST],
  [`oci:image:1@${HEX}`, 'image', '1', undefined],
])('`%s` is an image in the layout %s', (reference, path, ...rest) => {
  const [tag, digest] = rest;
  expect(parseReference(reference)).toMatchObject({ kind: 'layout', path, tag, digest });
});

test.each(['docker://debian', 'docker://debian:12', 'docker://library/debian:12', `docker://library/debian@${DIGEST}`])(
  '`%s` names no registry, and the message says how to write one',
  (reference) => {
    expect(() => parseReference(reference)).toThrow(
      expect.objectContaining({
        code: 'IMAGE_UNKNOWN',
        message: `\`${reference}\` does not say which registry the image is in`,
        hint: expect.stringContaining('docker://<registry>/<name>:<tag>'),
      }),
    );
  },
);

test.each([
  'docker://',
  'docker://r.example',
  'docker://r.example/',
  'docker://r.example/X',
  'docker://r.example/a//b',
  'docker://r.example/../x',
  'docker://r.example/x:',
  'docker://r.example/x:-1',
  'docker://r.example/x:a b',
  `docker://r.example/x:${'t'.repeat(129)}`,
  'docker://r.example/x@sha256:abc',
  `docker://r.example/x@${DIGEST}0`,
  'docker://r.example:99999/x',
  'docker://user:secret@r.example/x',
  'docker://user@r.example/x',
  'docker://r.example?x=/y',
  'docker://r.example#/y',
  `docker://r.example/${'a/'.repeat(130)}a`,
  'oci:',
  'oci::1',
  'oci:a:b:c',
  'oci:a@b',
])('`%s` is refused', (reference) => {
  expect(isOurs(reference)).toBe(true);
  expect(() => parseReference(reference)).toThrow(expect.objectContaining({ code: 'IMAGE_UNKNOWN' }));
});

test.each([`docker://r.example/x@sha512:${'ab'.repeat(64)}`, 'docker://r.example/x@md5:abcd', 'oci:x@sha384:00'])(
  'the algorithm of `%s` is named and refused',
  (reference) => {
    expect(() => parseReference(reference)).toThrow(/has a digest by `(?:sha512|md5|sha384)`, which is not supported/u);
  },
);

test.each(['debian/trixie', './rootfs.tar', 'https://example.com/x', 'ocifoo', 'docker:x', ''])(
  '`%s` is left to others',
  (reference) => {
    expect(isOurs(reference)).toBe(false);
  },
);

test('a reference is pinned by the digest of a manifest or of a tree', () => {
  expect(isPinned(`docker://r.example/x@${DIGEST}`)).toBe(true);
  expect(isPinned(`docker://r.example/x:1@${HEX}`)).toBe(true);
  expect(isPinned(`oci:./x@${DIGEST}@${HEX}`)).toBe(true);
  expect(isPinned('docker://r.example/x:1')).toBe(false);
  expect(isPinned(`docker://r.example/x:${HEX}`)).toBe(false);
  expect(isPinned(`docker://r.example/x@${DIGEST}0`)).toBe(false);
});

test.for(['0.0', 'registry.example.0', '127.1', '0x7f.1:5000'])(
  'a registry that URLs take for an address is none: %s',
  (host) => {
    expect(tryParse(`docker://${host}/x`)).toBeUndefined();
  },
);

test('whatever is accepted cannot lead out of the registry’s own addresses', () => {
  const odd = fc.string({ unit: fc.constantFrom(...Array.from('ab0./:@-_%?#\\[]')), maxLength: 8 });
  const host = fc.tuple(fc.domain(), odd).map((parts) => parts.join(''));
  const name = fc.tuple(fc.stringMatching(/^[a-z]{1,3}$/u), odd).map((parts) => parts.join(''));
  let accepted = 0;
  fc.assert(
    fc.property(fc.oneof(fc.domain(), host), name, (registry, repository) => {
      const parsed = tryParse(`docker://${registry}/${repository}`);
      if (parsed?.kind !== 'registry') return;
      accepted += 1;
      const path = `/v2/${parsed.repository}/manifests/${parsed.tag ?? 'latest'}`;
      const url = new URL(`https://${parsed.registry.host}${path}`);
      expect([url.host, url.pathname]).toEqual([parsed.registry.host.replace(/:443$/u, ''), path]);
      expect([url.username, url.search, url.hash]).toEqual(['', '', '']);
    }),
    { numRuns: 1000 },
  );
  expect(accepted).toBeGreaterThan(20);
});

function tryParse(reference: string) {
  try {
    return parseReference(reference);
  } catch {
    return undefined;
  }
}
