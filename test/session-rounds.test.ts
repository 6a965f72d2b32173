import { expect, test } from 'vitest';

import { openSessionLab, ROUND_NAMES } from './sweep/session-rounds.ts';

/** `npm run sweep:sessions` does 200 rounds with each. */
const { KARAPACE_SWEEP_SEED = '1' } = process.env;

test.for(['namespace', 'oci-crun', 'oci-runc'] as const)(
  'sessions of %s that end, are stopped or lose a process leave no mount, process, control group or descriptor',
  { timeout: 300_000 },
  async (backend) => {
    await using lab = await openSessionLab({ backend, seed: Number(KARAPACE_SWEEP_SEED) });
    const control = (await lab.control()).join('\n');
    for (const what of ['arguments', 'mounts', 'descriptors']) {
      expect(control).toContain(`has the store in its ${what}`);
    }
    expect(control.includes('the control group ') || process.geteuid?.() !== 0).toBe(true);
    const failures = [];
    for (const number of ROUND_NAMES.keys()) failures.push(await lab.round(number));

    expect(failures.filter((failure) => failure !== undefined)).toEqual([]);
  },
);
