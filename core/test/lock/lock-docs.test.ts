import { readFileSync } from 'node:fs';
import path from 'node:path';

import { blake3 } from '@napi-rs/blake-hash';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';

const PAGE = readFileSync(path.join(import.meta.dirname, '../../../docs/lock-format.md'), 'utf8');
const GOLDEN = readFileSync(path.join(import.meta.dirname, 'golden.lock'), 'utf8');
const GOLDEN_POLICY = readFileSync(path.join(import.meta.dirname, 'golden-policy.lock'), 'utf8');
const GOLDEN_LAYERS = readFileSync(path.join(import.meta.dirname, 'golden-layers.lock'), 'utf8');

type Data = null | string | number | boolean | readonly Data[] | { readonly [key: string]: Data };

interface LockData {
  readonly [key: string]: Data;
  readonly intent: {
    readonly [key: string]: Data;
    readonly files?: readonly { readonly [key: string]: Data }[];
    readonly runtime: { readonly [key: string]: Data } & { readonly resource_limits: object };
  };
}

/** Written from the page alone: nothing of Karapace is imported here. */
function identityByThePage(text: string): string {
  const { env_id: _identity, short_id: _short, intent, ...rest } = parse(text) as unknown as LockData;
  const resource_limits = { cpu_shares: null, memory_limit_mb: null, ...intent.runtime.resource_limits };
  const files = intent.files?.map((each) => ({ mode: null, ...each }));
  const filled = { ...intent, ...(files === undefined ? {} : { files }) };
  const lock = { ...rest, intent: { ...filled, runtime: { ...intent.runtime, resource_limits } } };
  return blake3(`karapace/env-identity/v1\n${canonical(lock)}`).toString('hex');
}

function canonical(value: Data): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value as Record<string, Data>).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`;
}

test.for([GOLDEN, GOLDEN_LAYERS, GOLDEN_POLICY])('the identity recomputes as the page says', (text) => {
  const { env_id, short_id } = parse(text);

  expect(identityByThePage(text)).toBe(env_id);
  expect(identityByThePage(text).slice(0, 12)).toBe(short_id);
  expect(PAGE).toContain('`karapace/env-identity/v1`');
});

test('the page explains every key of a lock', () => {
  const { intent, base, ...top } = parse(GOLDEN_LAYERS) as unknown as Record<string, Record<string, unknown>>;
  const keys = [...Object.keys(top), ...Object.keys(base ?? {}).map((key) => `base.${key}`)];

  for (const key of keys) expect(PAGE).toContain(`\`${key}\``);
  for (const key of ['mounts', 'files', 'run', 'env']) {
    expect(Object.keys(intent ?? {})).toContain(key);
    expect(PAGE).toContain(`\`intent.${key}\``);
  }
  expect(PAGE).toContain('`intent.policy`');
  for (const [line] of GOLDEN_LAYERS.matchAll(/^ {2}\{.*$/gm)) {
    for (const [, key] of line.matchAll(/[{,] (\w+) = /g)) expect(PAGE).toContain(`\`${key}\``);
  }
});
