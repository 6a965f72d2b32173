import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readCatalogue, type Probe } from './escape/catalogue.ts';
import { judge, parseOutcomes } from './escape/outcome.ts';
import { openProbeLab, type ProbeLab, type Way } from './escape/probe-all.ts';

/** Fewer that are seen to be possible say too little about the guards. */
const FEWEST = 120;

describe('every probe', () => {
  let lab: ProbeLab;
  beforeAll(async () => {
    lab = await openProbeLab();
  }, 60_000);
  afterAll(() => lab[Symbol.dispose]());

  test('is in the catalogue once, and the program has no other', () => {
    const names = readCatalogue().map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    expect([...lab.control.keys()].toSorted()).toEqual(names);
  });

  test.for<Way>([
    { backend: 'namespace', person: 'me', network: 'none' },
    { backend: 'namespace', person: 'user', network: 'host' },
    { backend: 'oci', person: 'me', network: 'none' },
  ])(
    'is refused in a login shell, a command and an installation: $backend as $person, network $network',
    { timeout: 180_000 },
    async (way) => {
      const findings = await lab.probe(way);

      expect(findings.map(({ entrance }) => entrance)).toEqual(['enter', 'exec', 'build']);
      for (const { escaped, touched, held } of findings) {
        expect({ escaped, touched }).toEqual({ escaped: [], touched: [] });
        expect(held.length).toBeGreaterThanOrEqual(FEWEST);
      }
    },
  );
});

describe('a judgement', () => {
  const probes: readonly Probe[] = ['a', 'b', 'c'].map((name) => ({ name, tries: '', guard: '' }));
  const outcomes = (...results: readonly string[]) =>
    parseOutcomes(`${results.map((result, index) => `${'abc'[index]}\t${result}\n`).join('')}end\tof probes\n`);

  test('counts only what its control shows to be possible, and names whatever succeeds', () => {
    const inside = outcomes('EPERM', 'EPERM', 'success');

    expect(judge(probes, inside, outcomes('success', 'ENOSYS', 'ENOSYS'))).toEqual({
      held: ['a'],
      escaped: ['c'],
      unproven: ['b (ENOSYS)', 'c (ENOSYS)'],
    });
  });

  test('is none where a probe did not run, or the program was cut off', () => {
    expect(() => judge(probes, outcomes('EPERM', 'EPERM'), outcomes('EPERM', 'EPERM', 'EPERM'))).toThrow('Not run: c');
    expect(() => parseOutcomes('a\tEPERM\nb\tEPERM\n')).toThrow('did not come to their end');
  });
});
