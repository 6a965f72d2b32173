import { execFileSync } from 'node:child_process';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readCatalogue, type Probe } from './escape/catalogue.ts';
import { programIn, runControls } from './escape/control.ts';
import { findUnproven, judge, parseOutcomes, type Outcomes } from './escape/outcome.ts';
import { openProbeLab, type ProbeLab, type Way } from './escape/probe-all.ts';

/** Fewer that are seen to be possible say too little about the guards. */
const FEWEST = 120;
/** What a kernel says of a call, a file or a device that it does not have, and what is said of a root that may less than others. */
const LACKING = / (?:ENOSYS|ENOENT|ENXIO|EAFNOSUPPORT|EPROTONOSUPPORT|root lacks .*)$/u;

describe('every probe', () => {
  const probes = readCatalogue();
  let lab: ProbeLab;
  let control: Outcomes;
  beforeAll(async () => {
    lab = openProbeLab();
    control = await runControls({ directory: lab.directory, backend: 'namespace' }, probes);
  });
  afterAll(() => lab[Symbol.dispose]());

  test('is in the catalogue once, and the program has no other', () => {
    const names = execFileSync(programIn(lab.directory), ['names'], { encoding: 'utf8' }).trim().split('\n');

    expect(probes.map(({ name }) => name)).toEqual(names.toSorted());
    expect(new Set(names).size).toBe(names.length);
  });

  test('succeeds in a sandbox that is whole but for its guards, unless this machine lacks what it needs', () => {
    expect(findUnproven(control).filter((line) => !LACKING.test(line))).toEqual([]);
  });

  test.for<Way>([
    { backend: 'namespace', person: 'me', network: 'none' },
    { backend: 'namespace', person: 'user', network: 'host' },
    { backend: 'oci-crun', person: 'me', network: 'none' },
  ])(
    'is refused in a login shell, a command and an installation: $backend as $person, network $network',
    async (way) => {
      const findings = await lab.probe(way, control);

      expect(findings.map(({ entrance }) => entrance)).toEqual(['enter', 'exec', 'build']);
      for (const { escaped, hindered, touched, held } of findings) {
        expect({ escaped, hindered, touched }).toEqual({ escaped: [], hindered: [], touched: [] });
        expect(held.length).toBeGreaterThanOrEqual(FEWEST);
      }
    },
  );

  test('is refused in the script of a package that apt installs into Debian', { timeout: 600_000 }, async () => {
    const [finding] = await lab.probePackage({ backend: 'namespace', person: 'me', network: 'none' }, control);

    expect(finding).toMatchObject({ entrance: 'apt', escaped: [], hindered: [], touched: [] });
    expect(finding?.held.length).toBeGreaterThanOrEqual(FEWEST);
  });
});

describe('a judgement', () => {
  const probe = (name: string, ...guards: readonly string[]): Probe => ({ name, tries: '', guards, group: '' });
  const probes = [probe('a', 'x'), probe('b', 'x', 'y'), probe('c', 'y'), probe('usual')];
  const outcomes = (all: Readonly<Record<string, string>>) =>
    parseOutcomes(
      `${Object.entries(all)
        .map((pair) => `${pair.join('\t')}\n`)
        .join('')}end\tof probes\n`,
    );

  test('counts only what its control shows to be possible, and names what succeeds and what is hindered', () => {
    const inside = outcomes({ a: 'EPERM', b: 'EPERM', c: 'success', usual: 'EPERM' });
    const control = outcomes({ a: 'success', b: 'ENOSYS', c: 'ENOSYS' });

    expect(judge(probes, inside, control)).toEqual({ held: ['a'], escaped: ['c'], hindered: ['usual (EPERM)'] });
    expect(findUnproven(control)).toEqual(['b ENOSYS', 'c ENOSYS']);
  });

  test('is none where a probe did not run, or the program was cut off', () => {
    const inside = outcomes({ a: 'EPERM', b: 'EPERM', c: 'EPERM' });

    expect(() => judge(probes, inside, outcomes({ a: 'EPERM', b: 'EPERM' }))).toThrow('Not run: c usual');
    expect(() => parseOutcomes('a\tEPERM\nb\tEPERM\n')).toThrow('did not come to their end');
  });
});
