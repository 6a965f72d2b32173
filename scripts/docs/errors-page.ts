import { ERROR_CODES, type ErrorCode } from '../../core/src/errors.ts';
import { ENVIRONMENT_ERRORS } from './environment-errors.ts';
import type { Explanation, Explanations } from './explanation.ts';
import { MANIFEST_ERRORS } from './manifest-errors.ts';
import { PROGRAM_ERRORS } from './program-errors.ts';
import { STORE_ERRORS } from './store-errors.ts';
import { WORK_ERRORS } from './work-errors.ts';

/** Typed by the codes themselves: the compiler names a code that lacks its explanation. */
export const EXPLANATIONS: Readonly<Record<ErrorCode, Explanation>> = {
  ...MANIFEST_ERRORS,
  ...STORE_ERRORS,
  ...ENVIRONMENT_ERRORS,
  ...WORK_ERRORS,
};

const INTRODUCTION = `# Errors

\`\`\`text
error[CODE]: what went wrong, in one sentence
  --> file:line:column, where there is a place
  cause: what is behind it
fix: what to do
\`\`\`

With \`--json\`, \`{"format":1,"error":{"code","message","place","fix"}}\` on stdout. Codes never change their meaning. Exit codes: 1 failure, 2 manifest or lock,
3 store; a build that a signal stops exits with 128 and the signal's number.

This page is written by \`npm run docs\`, from \`core/src/errors.ts\` and \`scripts/docs\`.
`;

/** The whole of `docs/errors.md`. Pure. */
export function errorsPage(): string {
  return [
    INTRODUCTION,
    '## Codes\n',
    ...sections(EXPLANATIONS, (code) => ERROR_CODES[code as ErrorCode]),
    '## Before and beside them\n',
    ...sections(PROGRAM_ERRORS, () => 1),
  ].join('\n');
}

function sections(explanations: Explanations, exitCodeOf: (code: string) => number): readonly string[] {
  return Object.entries(explanations)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([code, { cause, cure }]) =>
      [`### \`${code}\` (exit code ${exitCodeOf(code)})`, `Cause: ${cause}`, `Cure: ${cure}\n`].join('\n\n'),
    );
}
