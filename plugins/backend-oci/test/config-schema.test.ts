import type { SandboxSpec } from '@karapace/core';
import { sampleSpec } from '@karapace/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { OciConfig } from '../src/oci-config.ts';
import { readOciFacts } from '../src/oci-facts.ts';
import { planOci } from '../src/oci-plan.ts';
import { configSchema } from './fixtures/config-schema.ts';

const FACTS = { ...readOciFacts({}), fullIds: { kind: 'identity' }, initProgram: '/usr/bin/tini-static' } as const;
const JOIN = { outermost: { pid: 1, start_time: '1' }, inside: { pid: 1, start_time: '1' }, hasNetwork: true };

const path = fc.stringMatching(/^\/data(?:\/[a-z" ,:]{1,8}){1,3}$/u);
const roots: fc.Arbitrary<SandboxSpec['root']> = fc.constantFrom(
  { kind: 'tools' },
  { kind: 'layers', lower: ['/store/layer'], upper: { kind: 'discard' } },
  { kind: 'layers', lower: ['/store/layer'], upper: { kind: 'read-only' } },
  { kind: 'layers', lower: ['/store/layer'], upper: { kind: 'directory', directory: '/store/u', work: '/store/w' } },
);
const specs = fc.record({
  root: roots,
  mounts: fc.uniqueArray(fc.record({ source: path, target: path, readOnly: fc.boolean() }), {
    selector: ({ target }) => target,
    maxLength: 3,
  }),
  command: fc.array(fc.string(), { minLength: 1, maxLength: 3 }).map((words) => words.map(withoutNul)),
  environment: fc.dictionary(fc.stringMatching(/^[A-Z_]{1,8}$/u), fc.string().map(withoutNul)),
  network: fc.constantFrom('none', 'host'),
  ids: fc.constantFrom('full', 'single'),
  terminal: fc.boolean(),
});

function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}

function configOf(changes: Partial<SandboxSpec>, options: { readonly isJoining?: boolean } = {}): OciConfig {
  const spec = sampleSpec('/store/layer', 'full', changes);
  const files = spec.mounts.slice(0, 1).map(({ target }) => target);
  const window = spec.terminal ? { height: 24, width: 80 } : null;
  const join = options.isJoining === true ? JOIN : null;
  return planOci(spec, { facts: FACTS, runtime: 'crun', files, join, window }).config;
}

test('every bundle is what version 1.2 of the runtime specification allows', () => {
  fc.assert(
    fc.property(specs, fc.boolean(), (changes, isJoining) => {
      const config = JSON.parse(JSON.stringify(configOf(changes, { isJoining }))) as unknown;

      expect(configSchema.safeParse(config).error).toBeUndefined();
    }),
  );
});

const config = configOf({ terminal: true, mounts: [{ source: '/a', target: '/a', readOnly: true }] });
const [mount] = config.mounts;

test.for<readonly [string, unknown]>([
  ['an unknown key', { ...config, version: '1' }],
  ['another version', { ...config, ociVersion: '2.0.0' }],
  ['a directory that is relative', { ...config, process: { ...config.process, cwd: 'srv' } }],
  ['no command', { ...config, process: { ...config.process, args: [] } }],
  ['an option that nobody knows', { ...config, mounts: [{ ...mount, options: ['no-suid'] }] }],
  ['a bind mount with a type', { ...config, mounts: [{ ...mount, options: ['rbind'] }] }],
  ['a mount without a type', { ...config, mounts: [{ ...mount, type: undefined }] }],
  ['a namespace twice', { ...config, linux: { ...config.linux, namespaces: [{ type: 'pid' }, { type: 'pid' }] } }],
  ['a namespace that nobody knows', { ...config, linux: { ...config.linux, namespaces: [{ type: 'net' }] } }],
  ['an action that nobody knows', { ...config, linux: { ...config.linux, seccomp: { defaultAction: 'ALLOW' } } }],
])('%s is found', ([, wrong]) => {
  expect(configSchema.safeParse(config).success).toBe(true);
  expect(configSchema.safeParse(wrong).success).toBe(false);
});
