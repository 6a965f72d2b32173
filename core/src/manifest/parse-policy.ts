import type { Policy } from '../contracts/policy.ts';
import { KarapaceError } from '../errors.ts';
import { normalizePolicy } from './normalize-policy.ts';
import { parseStrictToml } from './parse-toml.ts';

/**
 * Parses a policy file. One without `[policy]` forbids nothing, which is `null`.
 *
 * @param file for messages
 * @throws KarapaceError `POLICY_INVALID` with file, line, column and key
 */
export async function parsePolicy(text: string, file: string): Promise<Policy | null> {
  const { value, source } = parseStrictToml(text, { file, code: 'POLICY_INVALID' });
  const { policyFileSchema } = await import('./policy-schema.ts');
  const result = policyFileSchema.safeParse(value);
  if (result.success) return normalizePolicy(result.data.policy);
  const [{ firstProblem }, { policyKeys }] = await Promise.all([
    import('./first-problem.ts'),
    import('./manifest-json-schema.ts'),
  ]);
  const checked = { subject: 'The policy', value, source, knownKeys: policyKeys() };
  const { message, ...details } = firstProblem(result.error.issues, checked);
  throw new KarapaceError('POLICY_INVALID', message, details);
}
