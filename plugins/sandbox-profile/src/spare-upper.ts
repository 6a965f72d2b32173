import type { SetupStep } from './setup-step.ts';
import { WORKSPACE } from './workspace.ts';

/**
 * The same steps for a second run. overlayfs takes no upper twice that was mounted `volatile`: it becomes the topmost
 * lower layer, below an upper that is thrown away.
 */
export function withSpareUpper(steps: readonly SetupStep[]): readonly SetupStep[] {
  return steps.map((step) => (step.kind === 'overlay' && isUsedUp(step) ? spare(step) : step));
}

type Overlay = Extract<SetupStep, { kind: 'overlay' }>;

/** What is in the workspace is new each time. */
function isUsedUp({ upper, options }: Overlay): boolean {
  return options.includes('volatile') && !upper.startsWith(`${WORKSPACE.directory}/`);
}

function spare(step: Overlay): Overlay {
  const [runtime, ...layers] = step.lower;
  const lower = runtime === WORKSPACE.runtime ? [runtime, step.upper, ...layers] : [step.upper, ...step.lower];
  return { ...step, lower, upper: WORKSPACE.upper, work: WORKSPACE.work };
}
