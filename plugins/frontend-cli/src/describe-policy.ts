import type { PolicyInForce } from '@karapace/core';

/** What a policy says, key by key, without what it leaves open. */
export function policyRules({ policy }: PolicyInForce): Readonly<Record<string, unknown>> {
  const { resource_limits, network_isolation, ...lists } = policy;
  return {
    ...said(lists),
    ...(network_isolation ? { network_isolation } : {}),
    ...Object.fromEntries(Object.entries(said(resource_limits)).map(([key, most]) => [`resource_limits.${key}`, most])),
  };
}

function said(rules: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(rules).filter(([, rule]) => rule !== null));
}

/** One line for people. */
export function describePolicy(policy: PolicyInForce): string {
  const rules = Object.entries(policyRules(policy)).map(([key, rule]) => `${key} = ${JSON.stringify(rule)}`);
  return `${rules.join(', ')} (${policy.origin === 'default' ? 'where no file says more' : policy.file})`;
}
