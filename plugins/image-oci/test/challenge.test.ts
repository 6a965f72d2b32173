import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseChallenges } from '../src/challenge.ts';

function read(field: string): readonly unknown[] {
  return parseChallenges(field).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

test('a bearer challenge gives its realm, service and scope', () => {
  expect(read('Bearer realm="https://auth.example/token",service="r.example",scope="repository:a/b:pull"')).toEqual([
    ['bearer', { realm: 'https://auth.example/token', service: 'r.example', scope: 'repository:a/b:pull' }],
  ]);
});

test('several challenges in one field are told apart', () => {
  expect(read('Negotiate, Basic realm="a, b" , Digest qop=auth,nonce="x",Bearer  realm = "z"')).toEqual([
    ['negotiate', {}],
    ['basic', { realm: 'a, b' }],
    ['digest', { qop: 'auth', nonce: 'x' }],
    ['bearer', { realm: 'z' }],
  ]);
});

test('quotes and backslashes may be quoted', () => {
  expect(read(String.raw`Basic realm="say \"a\\b\""`)).toEqual([['basic', { realm: String.raw`say "a\b"` }]]);
});

test.each(['', ',', 'Bearer realm="unfinished', '= = =', '"', 'Negotiate abc==', 'realm="x"'])(
  'of %j nothing more than a scheme is understood',
  (field) => {
    expect(read(field).flatMap((challenge) => Object.keys((challenge as [string, object])[1]))).toEqual([]);
  },
);

test('a challenge that was written is read back', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/u);
  const challenge = fc.tuple(
    name,
    fc.dictionary(name, fc.string({ unit: 'binary-ascii' }), { minKeys: 1, noNullPrototype: true }),
  );
  fc.assert(
    fc.property(fc.array(challenge), (challenges) => {
      const field = challenges.map(
        ([scheme, parameters]) => `${scheme} ${Object.entries(parameters).map(quote).join(',')}`,
      );
      expect(read(field.join(', '))).toEqual(challenges);
    }),
  );
});

test('any text is read to its end', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('aB=",\\ \t~/')) }), (field) => {
      expect(read(field)).toBeInstanceOf(Array);
    }),
  );
});

function quote([name, value]: readonly [string, string]): string {
  return `${name}="${value.replaceAll(/["\\]/gu, String.raw`\$&`)}"`;
}
