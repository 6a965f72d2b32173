import type { AffectedEnvironment, StoreFinding, VerifyReport } from '@karapace/core';

import { escapeField } from './output/escape-controls.ts';
import { formatBytes, formatCount } from './output/format-quantity.ts';

const SHORT = 12;

/** What is said of a store in which everything is as it was written. */
export function describeWhole({ checked, bytes }: VerifyReport): string {
  return `Everything is whole: ${formatCount(checked, 'file')}, ${formatBytes(bytes)}.`;
}

/** Each finding with what it concerns and what to do, for people. */
export function describeFindings({ findings, checked, passed, failed, unreadable }: VerifyReport): string {
  const counts = [
    `${formatCount(checked, 'file')} checked`,
    `${passed.toLocaleString('en-US')} passed`,
    `${failed.toLocaleString('en-US')} failed`,
    ...(unreadable > 0 ? [`${unreadable.toLocaleString('en-US')} unreadable`] : []),
  ];
  return [...findings.map(describeFinding), `${counts.join(', ')}.`].join('\n\n');
}

function describeFinding({ file, problem, part, reason, environments, fix }: StoreFinding): string {
  const lines = [`${problem} ${part}: ${escapeField(file)}`, `  ${escapeField(reason)}`];
  if (environments.length > 0) lines.push(`  needed by ${environments.map(describeEnvironment).join('; ')}`);
  return [...lines, `  fix: ${escapeField(fix)}`].join('\n');
}

export function describeEnvironment({ env_id, names }: AffectedEnvironment): string {
  const id = env_id.slice(0, SHORT);
  return names.length === 0 ? id : `${names.join(', ')} (${id})`;
}
