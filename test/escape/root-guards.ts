import { WORKSPACE, type SandboxPlan } from '@karapace/sandbox-profile';

import type { Guards, Outside, Setup } from './setup.ts';

type Step = SandboxPlan['steps'][number];

/** A plan without some guards of the part that all backends share. Pure. */
export function weakenRoot<P extends SandboxPlan>(plan: P, off: Guards): P {
  const dropped = ['nosuid', 'nodev'].filter((option) => off.has(option));
  const steps = off.has('own root') ? plan.steps.flatMap(showHost) : plan.steps;
  return {
    ...plan,
    steps: steps.map((step) => withoutOptions(step, dropped)),
    cutsSockets: plan.cutsSockets && !off.has('Landlock'),
  };
}

/** The host's own root in the place of the one that is put together, and nothing mounted in it beforehand. */
function showHost(step: Step): readonly Step[] {
  if (step.kind === 'mount-point') return [];
  if (step.kind === 'mounts')
    return [{ ...step, mounts: step.mounts.filter(({ target }) => !`${target}/`.startsWith(`${WORKSPACE.root}/`)) }];
  if (step.kind !== 'overlay') return [step];
  return [{ kind: 'mounts', mounts: [{ source: '/', target: step.target, type: 'none', options: 'rbind' }] }];
}

function withoutOptions(step: Step, dropped: readonly string[]): Step {
  const keep = (option: string) => !dropped.includes(option);
  if (step.kind === 'overlay') return { ...step, options: step.options.filter(keep) };
  if (step.kind !== 'mounts') return step;
  const mounts = step.mounts.map((mount) => ({ ...mount, options: mount.options.split(',').filter(keep).join(',') }));
  return { ...step, mounts };
}

/** What starts all of it, without some guards. Pure. */
export function weakenStart(off: Guards, { secret }: Outside): Omit<Setup, 'plan' | 'starter'> {
  return {
    without: [
      ...(off.has('user namespace') ? ['--user', '--keep-caps'] : []),
      ...(off.has('pid namespace') ? ['--pid', '--mount-proc'] : []),
    ],
    environment: off.has('empty environment') ? leakedVariables(secret) : {},
    leaks: off.has('closed descriptors'),
  };
}

export function leakedVariables(secret: string): Readonly<Record<string, string>> {
  return { TOKEN: secret, DISPLAY: ':0' };
}
