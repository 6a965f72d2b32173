import type { Check, Fix } from '@karapace/core';

import { escapeControls } from '../output/escape-controls.ts';
import { quoteCommand } from '../output/quote-command.ts';
import { commandsOf } from './plan-fixes.ts';

const STATES: Readonly<Record<Check['state'], string>> = { ok: '+ ok     ', warning: '! warning', failed: 'x failed ' };

/** Each check with what was found and, where something is amiss, what mends it. */
export function describeChecks(checks: readonly Check[]): string {
  return [...checks.map(describeCheck), describeResult(checks)].join('\n');
}

function describeCheck({ state, title, detail, fix }: Check): string {
  const headline = `${STATES[state]}  ${title}: ${escapeControls(detail)}`;
  return state === 'ok' || fix === null ? headline : `${headline}\n           fix: ${describeFix(fix)}`;
}

function describeFix({ description, debianPackages = [], commands = [] }: Fix): string {
  const lines = commandsOf({ packages: debianPackages, wishes: [], commands, wishedCommands: [] }).map(
    (command) => `\`${quoteCommand(command)}\``,
  );
  return lines.length === 0 ? description : `${description.replace(/\.?$/u, '.')} As root: ${lines.join(', ')}.`;
}

function describeResult(checks: readonly Check[]): string {
  const failed = checks.filter(({ state }) => state === 'failed').length;
  if (failed === 0) return 'This machine has what Karapace needs.';
  return `${failed === 1 ? 'One check' : `${failed} checks`} failed. Next: karapace doctor --fix`;
}
