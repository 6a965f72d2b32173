import { defineConfig } from 'oxlint';

import { importRules } from './scripts/lint/import-rules.ts';

// Few rules, all of them kept: none is switched off for a single line without a reason beside it.
export default defineConfig({
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'promise', 'node', 'vitest'],
  categories: { correctness: 'error' },
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  ignorePatterns: ['test/import-rules/**'],
  rules: {
    eqeqeq: 'error',
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
    'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
    'max-params': ['error', { max: 3 }],
    'no-param-reassign': 'error',
    'node/no-path-concat': 'error',
    'prefer-const': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/return-await': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'unicorn/prefer-node-protocol': 'error',
    // Names of files and texts of others hold control characters: finding them is what these expressions are for.
    'no-control-regex': 'off',
    // `...['--flag', value]` keeps together what belongs together in a command line.
    'unicorn/no-useless-spread': 'off',
    // It takes the tests of a `test.extend` for something else.
    'vitest/no-standalone-expect': 'off',
  },
  overrides: [
    ...importRules,
    // Tools find their configuration as a default export.
    { files: ['*.config.ts', 'examples/**/*.config.ts'], rules: { 'import/no-default-export': 'off' } },
    // A `describe` holds many tests: its length says nothing. Fixtures without needs begin with `{}`.
    {
      files: ['**/test/**', '**/src/testing/**'],
      rules: { 'max-lines-per-function': 'off', 'no-empty-pattern': 'off' },
    },
  ],
});
