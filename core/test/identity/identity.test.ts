import { blake3 } from '@napi-rs/blake-hash';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { TreeDigest } from '../../src/contracts/ids.ts';
import { blake3Hex } from '../../src/identity/blake3-hex.ts';
import { canonicalJson } from '../../src/identity/canonical-json.ts';
import { layerKey } from '../../src/identity/layer-key.ts';
import { memoHash } from '../../src/store/memo-hash.ts';

describe('canonical JSON', () => {
  test('has one spelling', () => {
    const value = { b: [1, -0, 1e21, 0.1], a: { é: 'ü\n"', Z: null }, 10: true, 9: false };

    expect(canonicalJson(value)).toBe('{"10":true,"9":false,"a":{"Z":null,"é":"ü\\n\\""},"b":[1,0,1e+21,0.1]}');
  });

  test('is JSON of the same value, whatever the order of keys', () => {
    fc.assert(
      fc.property(
        fc.jsonValue().filter((value) => JSON.stringify(value).isWellFormed()),
        (value) => {
          fc.pre(!JSON.stringify(value).includes('\\ud'));
          const text = canonicalJson(value);

          expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
          expect(canonicalJson(reversed(value))).toBe(text);
        },
      ),
    );
  });

  test('sorts keys by code unit, not by code point or locale', () => {
    expect(canonicalJson({ '\uFF5E': 1, '\u{10000}': 2, b: 3, B: 4, ä: 5 })).toBe(
      '{"B":4,"b":3,"ä":5,"\u{10000}":2,"\uFF5E":1}',
    );
  });

  test.for([
    ['undefined', undefined],
    ['a field that is undefined', { a: undefined }],
    ['a list with a hole', Array.from({ length: 2 }).with(0, 1)],
    ['NaN', Number.NaN],
    ['Infinity', -Infinity],
    ['a bigint', 1n],
    ['a symbol', Symbol('x')],
    ['a function', () => 1],
    ['a Map', new Map()],
    ['a Date', new Date(0)],
    ['an object of a class', new (class Thing {})()],
    ['a lone surrogate', '\uD800'],
    ['a lone surrogate in a key', { '\uDC00': 1 }],
  ] as const)('refuses %s', ([, value]) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
    expect(() => canonicalJson([{ a: value }])).toThrow(TypeError);
  });

  test('takes objects without a prototype', () => {
    expect(canonicalJson(Object.assign(Object.create(null), { a: 1 }))).toBe('{"a":1}');
  });
});

describe('digests', () => {
  test('agree with the native BLAKE3', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 3000 }), (text) => {
        expect(blake3Hex('domain', text)).toBe(blake3(Buffer.from(`domain\n${text}`)).toString('hex'));
        expect(memoHash('domain', text)).toBe(blake3Hex('domain', text));
      }),
    );
  });

  test('keep domains apart', () => {
    expect(blake3Hex('a', 'b')).not.toBe(blake3Hex('b', 'b'));
    expect(() => blake3Hex('a\nb', 'c')).toThrow(TypeError);
  });
});

describe('a layer key', () => {
  const definition = { kind: 'base', ids: 'full', inputs: { source: 'x' } } as const;
  const [one, two] = ['11'.repeat(32), '22'.repeat(32)] as [TreeDigest, TreeDigest];

  test('of a known layer never changes', () => {
    expect(layerKey(definition, [one])).toMatchInlineSnapshot(
      `"33eb15f725e4a411917acc14fe76622c4728dac052cb415cbaa187eef40750db"`,
    );
  });

  test('is another one for another definition, parent or order of parents', () => {
    const keys = [
      layerKey(definition, []),
      layerKey(definition, [one]),
      layerKey(definition, [one, two]),
      layerKey(definition, [two, one]),
      layerKey({ ...definition, ids: 'single' }, [one]),
      layerKey({ ...definition, kind: 'apps' }, [one]),
      layerKey({ ...definition, inputs: { source: 'y' } }, [one]),
    ];

    expect(new Set(keys)).toHaveLength(keys.length);
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  // Defined one by one: assigning would lose a key called `__proto__`.
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, field]) => [key, reversed(field)]),
  );
}
