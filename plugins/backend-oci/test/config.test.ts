import { sampleSpec } from '@karapace/core/testing';
import { NO_LIMITS, type SandboxMount, type SandboxSpec } from '@karapace/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { hideCgroups } from '../src/cgroup-view.ts';
import { readOciFacts } from '../src/oci-facts.ts';
import { describeOciPlan, planOci } from '../src/oci-plan.ts';
import { runtimeOf } from '../src/runtime-names.ts';

const FACTS = {
  ...readOciFacts({}),
  fullIds: { kind: 'identity' },
  initProgram: '/usr/bin/tini-static',
  findPlaces: () => ({ places: [], obstacles: [] }),
} as const;

function plan(changes: Partial<SandboxSpec> = {}, files: readonly string[] = []) {
  return planOci(sampleSpec('/store/layer', 'full', changes), { facts: FACTS, runtime: 'crun', files });
}

const path = fc
  .array(fc.stringMatching(/^[a-z"\\ ,:]{1,8}$/u), { minLength: 1, maxLength: 3 })
  .map((parts) => `/data/${parts.join('/')}`);
const mounts: fc.Arbitrary<readonly SandboxMount[]> = fc.uniqueArray(
  fc.record({ source: path, target: path, readOnly: fc.boolean() }),
  { selector: ({ target }) => target, maxLength: 4 },
);

test('only what was asked for is mounted of the host, and read only where that was asked for', () => {
  const own = plan().config.mounts.length;
  fc.assert(
    fc.property(mounts, (asked) => {
      const made = plan({ mounts: asked }).config.mounts.slice(own);

      expect(new Set(made.map(({ source, destination }) => `${source}\0${destination}`))).toEqual(
        new Set(asked.map(({ source, target }) => `${source}\0${target}`)),
      );
      for (const { destination, options } of made) {
        const isReadOnly = asked.find(({ target }) => target === destination)?.readOnly;
        expect(options.includes('ro') && options.includes('rro')).toBe(isReadOnly);
      }
    }),
  );
});

test('a config is data: whatever words, variables and names a spec has come out as they went in', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), text, (command, value) => {
      const parsed = JSON.parse(JSON.stringify(plan({ command, environment: { NAME: value } }).config)) as {
        readonly process: { readonly args: readonly string[]; readonly env: readonly string[] };
      };

      expect(parsed.process.args).toEqual(['/dev/init', '--', ...command]);
      expect(parsed.process.env).toEqual([`NAME=${value}`]);
    }),
  );
});

test('a plan for people has no value of a variable', () => {
  const lines = describeOciPlan(plan({ environment: { TOKEN: 'secret' } }));

  expect(lines.join('\n')).toContain('TOKEN');
  expect(lines.join('\n')).not.toContain('secret');
});

test('typing into a terminal is refused whatever the upper half of the argument is', () => {
  const { syscalls } = plan().config.linux.seccomp;

  for (const request of [0x5412, 0x541c]) {
    const test = { index: 1, value: 0xffff_ffff, valueTwo: request, op: 'SCMP_CMP_MASKED_EQ' };
    expect(syscalls).toContainEqual({ names: ['ioctl'], action: 'SCMP_ACT_ERRNO', errnoRet: 1, args: [test] });
  }
  expect(syscalls).toContainEqual({ names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 });
});

test('a file is mounted without the options that crun has for directories alone', () => {
  const target = '/data/file';
  const asked = [{ source: '/p/file', target, readOnly: true }];

  expect(plan({ mounts: asked }, [target]).config.mounts.at(-1)?.options).toEqual(['bind', 'nosuid', 'nodev', 'ro']);
});

test('without the first process nothing is started, with the way to it', () => {
  const options = { facts: { ...FACTS, initProgram: null }, runtime: 'crun', files: [] } as const;

  expect(() => planOci(sampleSpec('/store/layer', 'full'), options)).toThrow(
    expect.objectContaining({ code: 'TOOL_MISSING', hint: expect.stringContaining('tini') as string }) as Error,
  );
});

test('fewer processes than runc has threads are refused, with the way out; crun has none', () => {
  const spec = sampleSpec('/store/layer', 'full', { limits: { ...NO_LIMITS, pids_limit: 31 } });
  const plans = (runtime: 'crun' | 'runc') => () => planOci(spec, { facts: FACTS, runtime, files: [] });

  expect(plans('runc')).toThrow(
    expect.objectContaining({
      code: 'BACKEND_UNSUPPORTED',
      hint: expect.stringContaining('at least 32') as string,
    }) as Error,
  );
  expect(plans('crun')).not.toThrow();
});

test('control groups of both versions are hidden, and of one version made read only', () => {
  expect(hideCgroups({ kind: 'hierarchies', names: ['memory', 'unified'] })).toContain("'/sys/fs/cgroup/unified'");
  expect(hideCgroups({ kind: 'unified' })).toMatch(/^mount --bind -o ro,/u);
  expect(hideCgroups({ kind: 'none' })).toBe('');
});

test('a name asks for a runtime, for any of them, or for another backend', () => {
  expect(['oci', 'oci-crun', 'oci-runc', 'oci-youki', 'oci-podman', 'namespace'].map(runtimeOf)).toEqual([
    ...[null, 'crun', 'runc', 'youki', undefined, undefined],
  ]);
});
