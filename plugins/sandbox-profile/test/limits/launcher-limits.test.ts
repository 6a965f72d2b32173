import { sampleSpec } from '@karapace/core/testing';
import { NO_LIMITS, type SandboxLimits } from '@karapace/core';
import { expect, test } from 'vitest';

import { readHostFacts, type HostFacts } from '../../src/host-facts.ts';
import { launcherProgram } from '../../src/launcher-program.ts';
import { planSandbox } from '../../src/sandbox-plan.ts';

const STARTER = { tools: [], inputs: [], prepare: '', command: 'true', report: '', reportsChild: false };

function launcher(limits: Partial<SandboxLimits>, canLimit: boolean): string {
  const facts: HostFacts = {
    ...readHostFacts({}),
    findPlaces: (controllers) =>
      canLimit
        ? { places: [{ version: 2, parent: '/g', controllers, enable: [] }], obstacles: [] }
        : {
            places: [],
            obstacles: controllers.map((controller) => ({ controller, reason: 'of a reason', wayOut: 'Do something' })),
          },
  };
  const spec = sampleSpec('/layer', 'single', { limits: { ...NO_LIMITS, ...limits } });
  const part = { plan: planSandbox(spec, facts), starter: STARTER };
  return launcherProgram(spec, { alone: part, joining: part }, facts);
}

test('a launcher is not made where it would have to keep a limit, or to say that one is not kept', () => {
  for (const canLimit of [true, false]) {
    expect(() => launcher({ memory_limit_mb: 64, best_effort: true }, canLimit)).toThrow(
      /cannot keep the limits of the manifest \(`memory_limit_mb`\)/u,
    );
  }
  expect(launcher({ open_files_limit: 64 }, true)).toMatch(/open_files H 64/u);
});
