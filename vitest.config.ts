import { defineConfig } from 'vitest/config';

import { closingLineReporter } from './scripts/reporter/closing-line.ts';

const { KARAPACE_CLOSING_LINE: closingLine } = process.env;

// What tests make is as open as they say, and not as whoever runs them is used to.
process.umask(0o022);

export default defineConfig({
  resolve: { conditions: ['karapace-source'] },
  ssr: { resolve: { conditions: ['karapace-source'], externalConditions: ['karapace-source'] } },
  test: {
    include: ['core/test/**/*.test.ts', 'plugins/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    execArgv: ['--conditions=karapace-source'],
    reporters: ['default', ...(closingLine === undefined ? [] : [closingLineReporter(closingLine)])],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
  },
});
